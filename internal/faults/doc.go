// Package faults holds the tests that break things: the servers that Kopir stands on, the wires to them, Kopir itself.
// They run only with the build tag faults, by `make test-faults`, on a real Postgres and a real Meilisearch; processes are
// killed for real.
//
// Each fault is tested twice. Once to see that Kopir survives it, and once as a control: the same is broken while the
// guard is taken away, and the same check must then fail. A control that does not fail shows a check that checks nothing.
//
// Nothing in the program is made for these tests. What they need to happen at a certain moment they make happen from
// outside: a proxy between Kopir and Meilisearch can hold a request, answer it itself, or kill somebody before it goes on.
package faults
