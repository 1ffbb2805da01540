// Package shapes says what a document of linked data must look like for others to understand it, as SHACL does: which
// properties a node of a type has, how many values each, and of what kind. A property that no shape names is a fault, unless
// its name is a whole IRI, which is of another vocabulary; so is a type that has no shape. Documents are JSON-LD as Kopir
// writes it: compact, with the prefixes or names of its context.
//
// Only tests and tools use it; it knows nothing of Kopir.
package shapes
