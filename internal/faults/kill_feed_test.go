//go:build faults

package faults

import (
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"kopir/domain"

	"github.com/stretchr/testify/require"
)

// within is how soon what a dead process has left is in the index, from when another takes requests. What the engine
// itself takes for one change, measured in the same run, is added: other people's work on the machine is no fault.
const within = 5 * time.Second

// A process dies between the commit and the index. Whoever comes next finds in the change log what is missing, and has
// it in the index within five seconds, the rest of the dead one's lease included.
//
// The control is a database that keeps no change log.
func TestF19KilledBeforeIndexing(t *testing.T) {
	attempt := func(x *trial, forgetful bool) error {
		w := newWorld(x, setting{})
		r := w.start()
		w.fresh()
		arrives := func(d *domain.Demand, within time.Duration) error {
			return eventually(within, func() error {
				_, there, err := w.shows(d.ID)
				return errors.Join(err, that(there, "a demand that was committed is not in the index"))
			})
		}
		var worst, engine time.Duration
		for range 3 {
			began := time.Now()
			require.NoError(x, arrives(w.publish("Base"), 20*time.Second))
			engine = max(engine, time.Since(began))
		}
		x.note("engine_takes", engine)
		for n := range 3 {
			word := fmt.Sprintf("%s%d", rare, n)
			died := make(chan struct{})
			if forgetful { // it dies a little earlier, for then nothing can be in the index
				r.kill()
				close(died)
			} else {
				w.wire.on(putsDocuments("demands"), 1, func(e *exchange) {
					r.kill()
					close(died)
					e.abort()
				})
			}
			d := w.publish(word)
			<-died
			if forgetful {
				w.must(w.sql(), "DELETE FROM change_log WHERE subject = '"+d.ID.String()+"'")
			}
			_, there, err := w.shows(d.ID)
			require.NoError(x, errors.Join(err, that(!there, "it was indexed before it died")))
			began := time.Now()
			r = w.start()
			x.note("ready_after", time.Since(began))
			began = time.Now()
			err = arrives(d, within+engine)
			worst = max(worst, time.Since(began))
			x.note("indexed_after", worst)
			if err != nil {
				for _, p := range w.wire.passages(nil) {
					if since := p.at.Sub(began); since > -10*time.Second {
						x.Logf("%v %s %s %d", since, p.method, p.path, p.status)
					}
				}
				return err
			}
			require.NoError(x, eventually(10*time.Second, func() error { return r.finds(word, 1) }))
		}
		w.sound(time.Minute)
		return nil
	}
	fault(t, 19, "a process killed between commit and index", func(x *trial) { require.NoError(x, attempt(x, false)) },
		func(x *trial) error { return attempt(x, true) })
}

// A process dies when the engine has taken a batch and before that is written down. It is sent again, and the index is as
// if it had been sent once.
//
// The control is a process that writes down that it has sent before it sends.
func TestF20KilledBeforeNotingIt(t *testing.T) {
	attempt := func(x *trial, early bool) error {
		w := newWorld(x, setting{})
		r := w.start()
		w.fresh()
		db := w.sql()
		ids := w.publishMany(20, "Before")
		w.fresh()
		var sent atomic.Int32
		died := make(chan struct{})
		position := w.standing().Position
		w.wire.on(putsDocuments("demands"), 0, func(e *exchange) {
			if !carries(ids[0], e) {
				e.pass()
				return
			}
			if sent.Add(1) > 1 {
				e.pass()
				return
			}
			if !early {
				got := e.forward()
				require.Equal(x, 202, got.status)
			}
			r.kill()
			close(died)
			e.abort()
		})
		for _, id := range ids {
			d, err := w.store.Demand(x.Context(), id)
			require.NoError(x, err)
			w.retitle(d, "After "+rare)
		}
		<-died
		require.Equal(x, string(position), string(w.standing().Position), "it was noted before it was sent")
		if early {
			head, err := w.store.Head(x.Context())
			require.NoError(x, err)
			w.must(db, "UPDATE feeds SET position = '"+string(head)+"'")
		}
		w.start()
		err := eventually(20*time.Second, func() error { return errors.Join(w.equal(), that(sent.Load() >= 2, "sent %d times", sent.Load())) })
		x.note("sent_times", sent.Load())
		if !early {
			w.sound(time.Minute)
		}
		return err
	}
	fault(t, 20, "a process killed between sending and noting it", func(x *trial) { require.NoError(x, attempt(x, false)) },
		func(x *trial) error { return attempt(x, true) })
}
