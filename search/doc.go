// Package search says what a search for words, facets and filters is, and what an engine must do to answer one. It owns
// the documents that are indexed, the queries, the results and the Index interface; the engines live in packages of
// their own: embedded needs nothing installed. Every engine passes the suite in searchtest. Exact matching of
// competences is not word search: it lives in coverage.
//
// An index holds published things only. It is a copy: what it finds is looked up in the database before anyone sees it.
package search
