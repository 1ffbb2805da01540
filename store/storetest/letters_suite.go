package storetest

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"kopir/domain"
)

// testLetters: what a transaction sends is taken out once, by one of those who look.
func testLetters(t *testing.T, open Open) {
	made := time.Date(2026, 11, 23, 6, 0, 0, 123_000, time.UTC)
	letter := func() domain.Letter {
		return domain.Letter{
			ID: uuid.Must(uuid.NewV7()), Kind: domain.LetterPasswordChanged, To: "a@example.kz", Language: domain.Kazakh,
			Facts: []string{"«Дала» ЖШС", "%s\n\"'"}, Code: uuid.New(), ValidTo: made.Add(time.Hour), CreatedAt: made,
		}
	}
	send := func(t *testing.T, o *Opened, letters ...domain.Letter) {
		within(t, o, func(ctx context.Context, tx domain.Tx) {
			for _, l := range letters {
				require.NoError(t, tx.SendLetter(ctx, l))
			}
		})
	}
	take := func(t *testing.T, o *Opened, now time.Time) []domain.Letter {
		t.Helper()
		got, err := o.TakeLetters(t.Context(), now, now.Add(10*time.Minute), 20)
		require.NoError(t, err)
		return got
	}
	t.Run("a letter comes back whole, with every field or none", func(t *testing.T) {
		o := open(t)
		full := letter()
		bare := domain.Letter{ID: uuid.Must(uuid.NewV7()), Kind: full.Kind, To: "b@example.kz", CreatedAt: made.Add(time.Second)}
		send(t, o, full, bare)
		got := take(t, o, made.Add(time.Second))
		full.Attempts, bare.Attempts = 1, 1
		require.Equal(t, []domain.Letter{full, bare}, got)
	})
	t.Run("one that was taken is kept from others until its time, then it is due again", func(t *testing.T) {
		o := open(t)
		send(t, o, letter())
		require.Empty(t, take(t, o, made.Add(-time.Second)), "before its time")
		require.Len(t, take(t, o, made), 1)
		require.Empty(t, take(t, o, made.Add(10*time.Minute-time.Second)))
		again := take(t, o, made.Add(10*time.Minute))
		require.Len(t, again, 1)
		require.Equal(t, 2, again[0].Attempts)
		require.NoError(t, o.PutOff(t.Context(), again[0].ID, made.Add(time.Hour)))
		require.Empty(t, take(t, o, made.Add(59*time.Minute)))
		require.Len(t, take(t, o, made.Add(time.Hour)), 1)
		require.NoError(t, o.DropLetter(t.Context(), again[0].ID))
		require.Empty(t, take(t, o, made.Add(24*time.Hour)))
	})
	t.Run("a transaction that is undone sends nothing", func(t *testing.T) {
		o := open(t)
		err := o.InTx(t.Context(), func(ctx context.Context, tx domain.Tx) error {
			require.NoError(t, tx.SendLetter(ctx, letter()))
			return domain.Fail(domain.Conflict, domain.CodeExists)
		})
		require.Equal(t, domain.Conflict, domain.KindOf(err))
		require.Empty(t, take(t, o, made))
	})
	t.Run("looking into an empty letterbox is one statement, and no transaction", func(t *testing.T) {
		o := open(t)
		before := o.Statements()
		require.Empty(t, take(t, o, made))
		require.Equal(t, 1, o.Statements()-before)
	})
	t.Run("many who look at once take each letter once", func(t *testing.T) {
		o := open(t)
		const letters, lookers = 60, 6
		for range letters {
			send(t, o, letter())
		}
		var mu sync.Mutex
		times := map[uuid.UUID]int{}
		var lookings sync.WaitGroup
		faults := make(chan error, lookers)
		for range lookers {
			lookings.Go(func() {
				for {
					got, err := o.TakeLetters(t.Context(), made, made.Add(time.Minute), 7)
					if err != nil {
						faults <- err
						return
					}
					mu.Lock()
					for _, l := range got {
						times[l.ID]++
					}
					all := len(times) == letters
					mu.Unlock()
					if all {
						return
					}
				}
			})
		}
		lookings.Wait()
		close(faults)
		for err := range faults {
			require.NoError(t, err)
		}
		for id, n := range times {
			require.Equal(t, 1, n, fmt.Sprint(id))
		}
	})
}
