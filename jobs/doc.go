// Package jobs owns what goes on in the background: following the change log into this process's own indexes, feeding a
// search engine that outlives it, in turns with other replicas, closing demands that ran out, sending letters, forgetting what need not be
// kept. Each service is a loop around one step that can be tested by itself; stopping is a wait. It must not know which
// database or engine is behind the interfaces it is given.
package jobs
