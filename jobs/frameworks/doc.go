// Package frameworks reads versions of competence frameworks from the files in which they are handed out: ESCO's CSV
// download, DigComp's JSON-LD, and a house framework's own CSV. It owns what those files look like; it knows no database,
// and what becomes of a version is the domain's.
package frameworks
