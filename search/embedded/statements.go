package embedded

import "strings"

// statements is all the SQL of one side. Its words table holds stems and gives back nothing but ordinals; its texts
// table says what a document took its words from, for when they go.
type statements struct {
	create     string
	match      string // every ordinal in one string, which is read three times as fast as rows
	rank       string // ordinal and bm25
	text       string
	insertWord string
	insertText string
	deleteWord string
	deleteText string
}

// newStatements names the side's tables. Prefixes of two and three letters are indexed, longer ones are few enough to
// be merged. In bm25, title, competences, organisation and description weigh 10, 4, 3 and 1.
func newStatements(side string) statements {
	of := strings.NewReplacer("{side}", side).Replace
	return statements{
		create: of(`
			CREATE VIRTUAL TABLE {side}_words USING fts5(title, competences, organisation, description,
				content='', contentless_delete=1, tokenize='ascii', prefix='2 3');
			CREATE TABLE {side}_texts (ordinal INTEGER PRIMARY KEY, body BLOB NOT NULL);`),
		match: of("SELECT group_concat(rowid) FROM {side}_words WHERE {side}_words MATCH ?"),
		rank:  of("SELECT rowid, bm25({side}_words, 10, 4, 3, 1) FROM {side}_words WHERE {side}_words MATCH ?"),
		text:  of("SELECT body FROM {side}_texts WHERE ordinal = ?"),
		insertWord: of("INSERT INTO {side}_words (rowid, title, competences, organisation, description) " +
			"VALUES (?, ?, ?, ?, ?)"),
		insertText: of("INSERT INTO {side}_texts (ordinal, body) VALUES (?, ?)"),
		deleteWord: of("DELETE FROM {side}_words WHERE rowid = ?"),
		deleteText: of("DELETE FROM {side}_texts WHERE ordinal = ?"),
	}
}
