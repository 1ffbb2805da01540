// Package oracletest is matching written a second time, from the description of the product alone: slowly, with
// fractions of big integers, without domain.Relations, domain.Explain or anybody's index. Tests hold both to it. It also
// draws the markets on which they are compared, small and full of ties, and can be made wrong on purpose, one rule at a
// time, to show that those markets tell.
package oracletest
