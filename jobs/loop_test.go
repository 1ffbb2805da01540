package jobs_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"kopir/jobs"

	"github.com/stretchr/testify/require"
)

// bench runs a loop in a bubble of its own time and notes when its step ran.
type bench struct {
	began time.Time
	mu    sync.Mutex
	ran   []time.Duration // since the beginning
	log   bytes.Buffer
	wake  chan struct{}
	stop  context.CancelFunc
	ended chan struct{}
}

// startLoop runs a loop that rests a minute between steps.
func startLoop(t *testing.T, step func(ctx context.Context, nth int) (bool, error)) *bench {
	t.Helper()
	b := &bench{began: time.Now(), wake: make(chan struct{}, 1), ended: make(chan struct{})}
	ctx, cancel := context.WithCancel(t.Context())
	b.stop = cancel
	loop := jobs.Loop{
		Name: "bench", Every: time.Minute, Wake: b.wake, Logger: slog.New(slog.NewTextHandler(b, nil)),
		Step: func(ctx context.Context) (bool, error) { return step(ctx, b.note()) },
	}
	go func() { defer close(b.ended); loop.Run(ctx) }()
	t.Cleanup(func() { cancel(); <-b.ended })
	return b
}

func (b *bench) note() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.ran = append(b.ran, time.Since(b.began))
	return len(b.ran)
}

// Write takes what the loop logs.
func (b *bench) Write(line []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.log.Write(line)
}

func (b *bench) logged() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.log.String()
}

// after returns when the step has run once some time has passed.
func (b *bench) after(d time.Duration) []time.Duration {
	time.Sleep(d - time.Since(b.began)) // the bubble's time: nobody waits
	synctest.Wait()
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.ran)
}

func TestALoopRunsAtOnceAndThenAtItsInterval(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := startLoop(t, func(context.Context, int) (bool, error) { return false, nil })
		require.Equal(t, []time.Duration{0}, b.after(time.Minute-1))
		require.Equal(t, []time.Duration{0, time.Minute, 2 * time.Minute}, b.after(2*time.Minute))
	})
}

func TestALoopThatIsWokenRunsAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := startLoop(t, func(context.Context, int) (bool, error) { return false, nil })
		b.after(10 * time.Second)
		b.wake <- struct{}{}
		require.Equal(t, []time.Duration{0, 10 * time.Second}, b.after(11*time.Second))
		require.Equal(t, []time.Duration{0, 10 * time.Second, 70 * time.Second}, b.after(70*time.Second), "the interval counts from the last run")
	})
}

func TestALoopWithMoreToDoGoesOnWithoutAPause(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := startLoop(t, func(_ context.Context, nth int) (bool, error) { return nth < 4, nil })
		require.Equal(t, []time.Duration{0, 0, 0, 0, time.Minute}, b.after(time.Minute))
	})
}

func TestALoopThatFailsPausesTwiceAsLongEachTimeUpToAMinute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := startLoop(t, func(context.Context, int) (bool, error) { return true, errors.New("no luck") })
		ran := b.after(10 * time.Minute)
		pauses := []time.Duration{100, 200, 400, 800, 1600, 3200, 6400, 12800, 25600, 51200, 60000, 60000}
		for i, p := range pauses {
			require.Equal(t, p*time.Millisecond, ran[i+1]-ran[i])
		}
		require.Contains(t, b.logged(), "no luck")
		require.Contains(t, b.logged(), "job=bench")
	})
}

// busy is the error of somebody who says when to come again.
type busy struct{ after time.Duration }

func (busy) Error() string               { return "come again later" }
func (b busy) RetryAfter() time.Duration { return b.after }

func TestALoopComesAgainWhenAnErrorSaysSo(t *testing.T) {
	for asked, rests := range map[time.Duration]time.Duration{
		0:                     100 * time.Millisecond,
		50 * time.Millisecond: 100 * time.Millisecond, // no sooner than it would
		30 * time.Second:      30 * time.Second,
		24 * time.Hour:        10 * time.Minute, // nobody is believed for ever
	} {
		synctest.Test(t, func(t *testing.T) {
			b := startLoop(t, func(context.Context, int) (bool, error) { return false, fmt.Errorf("step: %w", busy{asked}) })
			ran := b.after(11 * time.Minute)
			require.Equal(t, rests, ran[1])
		})
	}
}

func TestALoopThatFailsIsNotHurriedByAWake(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := startLoop(t, func(_ context.Context, nth int) (bool, error) {
			if nth == 1 {
				return false, errors.New("no luck")
			}
			return false, nil
		})
		synctest.Wait()
		b.wake <- struct{}{}
		require.Equal(t, []time.Duration{0}, b.after(99*time.Millisecond))
		require.Equal(t, []time.Duration{0, 100 * time.Millisecond, 100 * time.Millisecond}, b.after(time.Second), "nor is the wake forgotten")
	})
}

func TestALoopRecoversFromFailure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := startLoop(t, func(_ context.Context, nth int) (bool, error) {
			if nth <= 3 || nth == 5 {
				return false, errors.New("no luck")
			}
			return false, nil
		})
		const ms = time.Millisecond
		require.Equal(t, []time.Duration{0, 100 * ms, 300 * ms, 700 * ms, 60_700 * ms, 60_800 * ms}, b.after(time.Minute+time.Second),
			"and the next failure begins with a short pause again")
	})
}

func TestALoopSurvivesAPanic(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := startLoop(t, func(_ context.Context, nth int) (bool, error) {
			if nth == 1 {
				panic("poison")
			}
			return false, nil
		})
		require.Equal(t, []time.Duration{0, 100 * time.Millisecond}, b.after(time.Second))
		require.Contains(t, b.logged(), "poison")
	})
}

func TestStoppingALoopIsAWaitForItsStep(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		finished := false
		b := startLoop(t, func(context.Context, int) (bool, error) {
			time.Sleep(5 * time.Second) // work that does not look at its context
			finished = true
			return true, nil
		})
		b.after(time.Second)
		b.stop()
		<-b.ended
		require.True(t, finished)
		require.Len(t, b.ran, 1)
	})
}

func TestStoppingEndsEveryPauseAndIsNoFailure(t *testing.T) {
	for name, step := range map[string]func(ctx context.Context) error{
		"resting": func(context.Context) error { return nil },
		"failed":  func(context.Context) error { return errors.New("no luck") },
		"working": func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := startLoop(t, func(ctx context.Context, _ int) (bool, error) { return false, step(ctx) })
				b.after(50 * time.Millisecond)
				b.stop()
				<-b.ended
				require.Equal(t, 50*time.Millisecond, time.Since(b.began), "at once")
				require.Equal(t, name == "failed", b.logged() != "")
			})
		})
	}
}
