// Package data holds what ships with Kopir: the trilingual catalogue of competences, the names of ICT occupations, and
// the demo marketplace. It turns the files into nouns and forms of the domain and knows nothing else.
//
// Where the catalogue comes from, and what was changed, stands in catalogue/SOURCES.md and in each framework's
// attribution.
package data
