//go:build race

package api

// raced says that the race detector looks on, which makes everything some ten times slower.
const raced = true
