// Package files turns demands and programmes into files and files into rows: tables (CSV, XLSX), lines of JSON, and what
// search engines and partners read (schema.org and the European Learning Model in JSON-LD). Whatever kind of file a row came
// in, it is the same cells (domain.Cells) afterwards, so that there is one way to read it, to name what is wrong with it and
// to repair it. It knows no HTTP and no database: api and the import job hand it bytes, cells and nouns.
package files
