// Package gen is the contract in Go: models, routes and the strict server
// interface, generated from openapi.yaml and never edited by hand. To change
// it, change the contract and run go generate.
package gen

//go:generate go tool -modfile=../../tools.mod oapi-codegen -config config.yaml ../../openapi.yaml
