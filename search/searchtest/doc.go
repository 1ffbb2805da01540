// Package searchtest is what every search engine must pass: one suite over one small market in three languages. It
// asserts sets, orders that the contract fixes, and best hits that nobody would argue about; how an engine ranks the
// rest is its own business.
//
//	searchtest.Run(t, func(t *testing.T) search.Index { … an empty engine … })
package searchtest
