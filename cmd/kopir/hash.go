package main

import (
	"log/slog"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"syscall"

	"kopir/auth"
)

// hashPasswords is the name of hashCommand.
const hashPasswords = "hash-passwords"

// hashCommand is this program hashing passwords for another process of it, over its standard input and output.
type hashCommand struct{}

// Run computes until the process that started it closes the input or ends; a signal to all of them is that one's to obey.
func (*hashCommand) Run() error {
	signal.Ignore(os.Interrupt, syscall.SIGTERM)
	runtime.GOMAXPROCS(1)
	return auth.ServeHashes(os.Stdin, os.Stdout)
}

// hashElsewhere are the passwords of a server: hashed in processes of their own, so that logins stand back behind
// everything else.
func hashElsewhere(log *slog.Logger) (*auth.Passwords, error) {
	program, err := os.Executable()
	if err != nil {
		return nil, err
	}
	return auth.NewPasswords(auth.PasswordConfig{Logger: log, Worker: func() *exec.Cmd {
		return &exec.Cmd{Path: program, Args: []string{os.Args[0], hashPasswords}, Stderr: os.Stderr}
	}}), nil
}
