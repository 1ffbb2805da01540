// Package api is the HTTP edge. It owns the contract's server (gen, generated from openapi.yaml), the middleware around
// it, and the translation between bodies and nouns; Echo lives here and nowhere else. A handler is four moves: read the
// request, name the actor, call one verb, shape the answer. It returns errors; problem.go alone turns them into answers.
//
// It knows nothing of SQL, of search engines or of how tokens are made.
package api
