//go:build faults

package faults

import (
	"cmp"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// mustTry are the faults that a whole run must have tried.
var mustTry = []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14, 15, 16, 18, 19, 20, 21, 22, 23, 24, 25, 28, 29, 30, 31, 32, 33, 34, 40, 41, 42, 43, 44, 45, 46, 47, 48}

// program is the path of kopir, built once.
var program string

func TestMain(m *testing.M) {
	if address := os.Getenv(naiveAddress); address != "" {
		os.Exit(serveNaively(address, os.Getenv(naiveLog)))
	}
	flag.Parse()
	os.Exit(run(m))
}

func run(m *testing.M) int {
	dir, err := os.MkdirTemp("", "kopir-faults")
	if err != nil {
		return complain(err)
	}
	defer os.RemoveAll(dir)
	if err := os.Chmod(dir, 0o755); err != nil { //nolint:gosec // Postgres, which is somebody else, goes through it
		return complain(err)
	}
	scratch = dir
	if err := given(); err != nil {
		return complain(err)
	}
	program = filepath.Join(dir, "kopir")
	build := exec.Command("go", "build", "-o", program, "kopir/cmd/kopir")
	if out, err := build.CombinedOutput(); err != nil {
		return complain(fmt.Errorf("build kopir: %w\n%s", err, out))
	}
	code := m.Run()
	wrong, err := results.finish(flag.Lookup("test.run").Value.String() == "" && flag.Lookup("test.skip").Value.String() == "")
	if err != nil {
		return complain(err)
	}
	if wrong {
		return max(code, 1)
	}
	return code
}

func complain(err error) int {
	fmt.Fprintln(os.Stderr, "faults:", err)
	return 1
}

// scratch is a folder that everybody on the machine may go through.
var scratch string

// given says which servers the tests need are not there.
func given() error {
	var missing []string
	for _, name := range []string{"KOPIR_TEST_POSTGRES_URL", "KOPIR_TEST_MEILI_URL", "KOPIR_TEST_MEILI_KEY", "KOPIR_TEST_POSTGRES_BIN", "KOPIR_TEST_MEILI_BIN"} {
		if os.Getenv(name) == "" {
			missing = append(missing, name)
		}
	}
	if len(missing) > 0 {
		return fmt.Errorf("%s not set: run this by make test-faults", strings.Join(missing, ", "))
	}
	return nil
}

// trial is one half of a fault's test. Its numbers are written down.
type trial struct {
	*testing.T
	control bool

	mu      sync.Mutex
	numbers map[string]any
}

// note writes a number down: what was measured, of which nothing is asserted.
func (x *trial) note(name string, value any) {
	if d, ok := value.(time.Duration); ok {
		name, value = name+"_ms", float64(d.Microseconds())/1000
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	x.numbers[name] = value
}

// fault tries a fault twice. survives must pass. control breaks the same with the guard taken away, and returns what the
// check then said: none is a failure, because the check has found nothing wrong.
func fault(t *testing.T, number int, name string, survives func(x *trial), control func(x *trial) error) {
	t.Helper()
	label := "kills" // at moments that nobody chose: 0
	if number > 0 {
		label = "F" + strconv.Itoa(number)
	}
	r := result{Fault: label, Name: name, Control: "not run", number: number}
	began := time.Now()
	t.Run("survives", func(t *testing.T) {
		x := &trial{T: t, numbers: make(map[string]any)}
		t.Cleanup(func() { r.Survived, r.Numbers = !t.Failed() && !t.Skipped(), x.numbers })
		survives(x)
	})
	t.Run("control", func(t *testing.T) {
		x := &trial{T: t, control: true, numbers: make(map[string]any)}
		t.Cleanup(func() {
			if len(x.numbers) > 0 {
				r.ControlNumbers = x.numbers
			}
			if t.Failed() && r.Control == "not run" {
				r.Control = "broken: the fault could not be tried"
			}
		})
		said := control(x)
		if said == nil {
			r.Control = "DID NOT FAIL: the check finds nothing wrong without the guard"
			require.Fail(t, r.Control)
		}
		r.Control, r.Said = failedAsItShould, brief(said)
		t.Logf("without the guard: %v", r.Said)
	})
	r.Seconds = time.Since(began).Round(10 * time.Millisecond).Seconds()
	results.add(r)
}

const failedAsItShould = "failed as it should"

// brief cuts what a check said to what a line has room for.
func brief(err error) string {
	said := strings.Join(strings.Fields(err.Error()), " ")
	if r := []rune(said); len(r) > 300 {
		return string(r[:300]) + "…"
	}
	return said
}

// result is what is written down of a fault.
type result struct {
	Fault          string         `json:"fault"`
	Name           string         `json:"name"`
	Survived       bool           `json:"survived"`
	Control        string         `json:"control"`
	Said           string         `json:"control_said,omitempty"` // what the check said without the guard
	Seconds        float64        `json:"seconds"`
	Numbers        map[string]any `json:"numbers,omitempty"`
	ControlNumbers map[string]any `json:"control_numbers,omitempty"`

	number int
}

// report is what all tests have found.
type report struct {
	mu           sync.Mutex
	results      []result
	acknowledged int // writes, in the halves that must survive
	lost         int // of them
	comparisons  int // of index and database, at the ends of those halves
	unequal      int // of them
}

var results report

func (r *report) add(one result) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.results = append(r.results, one)
}

// writes counts what was acknowledged, and what of it was lost.
func (r *report) writes(acknowledged, lost int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.acknowledged += acknowledged
	r.lost += lost
}

func (r *report) compared(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.comparisons++; err != nil {
		r.unequal++
	}
}

// finish writes everything down, prints the summary, and says whether anything is wrong.
func (r *report) finish(whole bool) (wrong bool, err error) {
	slices.SortFunc(r.results, func(a, b result) int { return cmp.Compare(a.number, b.number) })
	if whole {
		r.results = append(r.results, r.missing()...)
	}
	if err := r.write(); err != nil {
		return true, err
	}
	passed, failed, survived, controls := 0, 0, 0, 0
	fmt.Println()
	for _, one := range r.results {
		fell := one.Control == failedAsItShould
		for _, good := range []struct {
			is    bool
			count *int
		}{{one.Survived, &survived}, {fell, &controls}} {
			if good.is {
				passed++
				*good.count++
			} else {
				failed++
			}
		}
		state := "survived"
		if !one.Survived {
			state = "NOT SURVIVED"
		}
		fmt.Printf("%-5s %-13s control %s, %.1f s: %s\n", one.Fault, state, one.Control, one.Seconds, one.Name)
	}
	equal := "yes"
	if r.unequal > 0 {
		equal = fmt.Sprintf("NO, %d of %d times", r.unequal, r.comparisons)
	}
	fmt.Printf("\nfaults survived: %d of %d\ncontrols that failed as they should: %d of %d\n", survived, len(r.results), controls, len(r.results))
	fmt.Printf("writes acknowledged: %d, lost: %d\nindex equal to database: %s\n%d passed, %d failed\n", r.acknowledged, r.lost, equal, passed, failed)
	return failed > 0 || r.lost > 0 || r.unequal > 0 || len(r.results) == 0, nil
}

// missing returns a failure for each fault that nobody tried.
func (r *report) missing() []result {
	var out []result
	for _, n := range mustTry {
		if !slices.ContainsFunc(r.results, func(one result) bool { return one.number == n }) {
			out = append(out, result{Fault: "F" + strconv.Itoa(n), Name: "NOT TRIED", Control: "not run", number: n})
		}
	}
	return out
}

// write writes out/faults.jsonl, beside the Makefile.
func (r *report) write() (err error) {
	dir := filepath.Join("..", "..", "out")
	if err := os.MkdirAll(dir, 0o755); err != nil { //nolint:gosec // for people to read
		return err
	}
	f, err := os.Create(filepath.Join(dir, "faults.jsonl"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	lines := json.NewEncoder(f)
	lines.SetEscapeHTML(false)
	for _, one := range r.results {
		if err := lines.Encode(one); err != nil {
			return err
		}
	}
	return nil
}

// eventually asks until there is no error, and returns the last one when the time is up.
func eventually(within time.Duration, ask func() error) error {
	for until := time.Now().Add(within); ; {
		err := ask()
		if err == nil {
			return nil
		}
		if time.Now().After(until) {
			return fmt.Errorf("not within %v: %w", within, err)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// that is an error unless something is so.
func that(is bool, format string, args ...any) error {
	if is {
		return nil
	}
	return fmt.Errorf(format, args...)
}

// percentile returns the duration below which a share of all lie; 0 of none.
func percentile(list []time.Duration, share float64) time.Duration {
	if len(list) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(list))
	return sorted[min(int(share*float64(len(sorted))), len(sorted)-1)]
}
