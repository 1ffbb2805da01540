// Package figures is what the programs that measure have in common: bounds that a figure keeps or misses, quantiles, a
// table for people and a file of JSON lines for programs. What a line says is each program's own.
package figures
