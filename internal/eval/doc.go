// Command eval says how well Kopir understands what people write: it asks questions whose answers are known and counts
// the right ones. It measures quality; how fast Kopir matches is for benchmatch to say.
//
//	go run ./internal/eval -out out/eval.jsonl -shared ../shared/data -parts words,typing
//
// The table is for people; the file gets one JSON object per figure. A figure with a bound that it misses fails the
// program. A part that needs files which do not ship is skipped, and says so, where they are not there.
package main
