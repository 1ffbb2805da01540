// Package mail takes letters to people: over SMTP, or into a folder on a machine that sends none. go-mail lives here and
// only here.
//
// A letter is sent at least once: whoever took it and died leaves it to the next, under the same Message-ID.
package mail
