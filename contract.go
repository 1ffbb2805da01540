// Package kopir carries what the repository's root holds for the program: the contract.
package kopir

import _ "embed"

// Contract is openapi.yaml: what the API promises.
//
//go:embed openapi.yaml
var Contract []byte
