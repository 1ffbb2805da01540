// Command kopir joins ICT employers and education in Kazakhstan: it serves the API and does what an operator needs.
//
// It joins the packages: configuration (config.go), wiring (app.go), and one file per command. Rules of the market live
// in kopir/domain.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"kopir/domain"

	"github.com/alecthomas/kong"
)

// commands are what the program can be asked to do.
type commands struct {
	Serve      serveCommand      `cmd:"" help:"Serve the API (and follow changes in the background)."`
	Ready      readyCommand      `cmd:"" help:"Say whether the server at KOPIR_ADDR may be sent requests; fail if not."`
	Migrate    migrateCommand    `cmd:"" help:"Bring the database and the shipped catalogue up to date."`
	Seed       seedCommand       `cmd:"" help:"Fill an empty marketplace with the demo: invented organisations, demands, programmes and accounts."`
	Import     importCommand     `cmd:"" help:"Import demands or programmes from a file, row by row."`
	Frameworks frameworksCommand `cmd:"" help:"Bring versions of competence frameworks into the catalogue."`
	Index      indexCommand      `cmd:"" help:"Look at the search index, have it rebuilt, verified, or what it refused sent again."`
	Keys       keysCommand       `cmd:"" help:"Look after the keys that sign access tokens."`
	Accounts   accountsCommand   `cmd:"" help:"Help people with their accounts."`
	Match      matchCommand      `cmd:"" help:"Show the programmes that serve a demand, or write those of every open demand to a file."`
	Hash       hashCommand       `cmd:"" name:"hash-passwords" hidden:""`
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// exitCode is what a parse ended with, when kong wants to leave.
type exitCode int

// run does what the arguments say and returns the exit code: 0, 1 when it failed, 2 when it was asked wrongly.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) (code int) {
	defer func() {
		if r := recover(); r != nil {
			left, ok := r.(exitCode)
			if !ok {
				panic(r)
			}
			code = int(left)
		}
	}()
	var cli commands
	parser, err := kong.New(&cli,
		kong.Name("kopir"),
		kong.Description("Kopir joins ICT employers and education: demands find programmes, exactly and explained.\n\n"+settingsHelp()),
		kong.UsageOnError(), kong.Writers(stdout, stderr),
		kong.Exit(func(code int) { panic(exitCode(code)) }),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, WrapUpperBound: 120}))
	if err != nil {
		return complain(stderr, err)
	}
	parsed, err := parser.Parse(args)
	if err != nil {
		fmt.Fprintf(stderr, "kopir: %v\nSee 'kopir --help'.\n", err)
		return 2
	}
	cfg, err := readConfig()
	if err != nil {
		return complain(stderr, err)
	}
	parsed.BindTo(ctx, (*context.Context)(nil))
	return complain(stderr, parsed.Run(cfg, &terminal{out: stdout, err: stderr}))
}

// complain tells what went wrong, and returns the exit code for it.
func complain(stderr io.Writer, err error) int {
	if err == nil || errors.Is(err, context.Canceled) {
		return 0
	}
	var e *domain.Error
	if errors.As(err, &e) && len(e.Faults) > 0 {
		fmt.Fprintf(stderr, "kopir: %s\n", e.Reason.In(domain.English))
		for _, f := range e.Faults {
			fmt.Fprintf(stderr, "  %s: %s\n", f.Pointer, f.Reason.In(domain.English))
		}
		return 1
	}
	fmt.Fprintf(stderr, "kopir: %v\n", err)
	return 1
}
