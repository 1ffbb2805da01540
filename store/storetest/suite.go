package storetest

import "testing"

// Run holds a store to everything that the domain expects of one, on the engine that open opens.
func Run(t *testing.T, open Open) {
	for _, part := range []struct {
		name string
		run  func(*testing.T, Open)
	}{
		{"nouns", testNouns},
		{"lists", testLists},
		{"transactions", testTransactions},
		{"the change log", testChanges},
		{"feeds", testFeeds},
		{"letters", testLetters},
		{"proofs", testProofs},
		{"the shelf", testShelf},
		{"reports", testReports},
		{"the catalogue's curation", testCuration},
		{"imports", testImports},
		{"the audit", testAudit},
		{"members", testMembers},
		{"claims", testClaims},
		{"once", testOnce},
		{"budgets", testBudgets},
		{"privacy", testPrivacy},
		{"verdicts", testVerdicts},
		{"tokens and keys", testTokens},
		{"identities", testIdentities},
		{"api keys", testAPIKeys},
		{"opening and migrating", testOpening},
	} {
		t.Run(part.name, func(t *testing.T) {
			t.Parallel()
			part.run(t, open)
		})
	}
}
