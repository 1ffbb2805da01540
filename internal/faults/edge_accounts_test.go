//go:build faults

package faults

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"kopir/auth"
	"kopir/data"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"
	"github.com/stretchr/testify/require"
)

const phrase = "a bridge over the river Ural 58"

// session is what a login gave.
type session struct {
	Access  string `json:"access_token"`
	Refresh string `json:"refresh_token"`
}

// somebody registers and returns their address.
func (r *replica) somebody() string {
	r.w.Helper()
	email := uuid.NewString() + "@example.kz"
	status, _, err := r.ask(http.MethodPost, "/v1/auth/register", "", map[string]any{"email": email, "password": phrase, "name": "Somebody"}, nil)
	require.NoError(r.w, err)
	require.Equal(r.w, http.StatusAccepted, status)
	return email
}

func (r *replica) login(email, password string, headers ...string) (session, int) {
	r.w.Helper()
	var s session
	status, _, err := r.ask(http.MethodPost, "/v1/auth/login", "", map[string]string{"email": email, "password": password}, &s, headers...)
	require.NoError(r.w, err)
	return s, status
}

func (r *replica) refresh(token string) (session, int) {
	r.w.Helper()
	var s session
	status, _, err := r.ask(http.MethodPost, "/v1/auth/refresh", "", map[string]string{"refresh_token": token}, &s)
	require.NoError(r.w, err)
	return s, status
}

// What is ended at one replica is ended at the other: by logging out, by another password, by a token that is used twice, by
// another role, by erasing the account.
//
// The control is a database in which somebody has undone the revocations.
func TestF42WhatIsEndedIsEndedEverywhere(t *testing.T) {
	t.Parallel()
	attempt := func(x *trial) error {
		w, here := aloneWith(x)
		there := w.start("KOPIR_MEILI_URL=", "KOPIR_MEILI_KEY=", "KOPIR_MEILI_PREFIX=")
		db := w.sql()
		undo := func() {
			if x.control {
				w.must(db, "UPDATE refresh_tokens SET revoked_at = NULL")
			}
		}
		email := here.somebody()
		var faults []error
		refused := func(what string, status, want int) {
			faults = append(faults, that(status == want, "%s: %d and not %d", what, status, want))
		}
		out, _ := here.login(email, phrase)
		status, _, err := here.ask(http.MethodPost, "/v1/auth/logout", "", map[string]string{"refresh_token": out.Refresh}, nil)
		require.NoError(x, err)
		require.Equal(x, http.StatusNoContent, status)
		undo()
		_, status = there.refresh(out.Refresh)
		refused("a session that was logged out", status, 401)

		mine, _ := here.login(email, phrase)
		other, _ := there.login(email, phrase)
		status, _, err = there.ask(http.MethodPost, "/v1/me/password", mine.Access, map[string]string{"current": phrase, "new": phrase + "!"}, nil)
		require.NoError(x, err)
		require.Equal(x, http.StatusNoContent, status)
		undo()
		_, status = here.refresh(other.Refresh)
		refused("a session of before the password was changed", status, 401)
		next, status := here.refresh(mine.Refresh)
		refused("the session that changed it", status, 200)

		time.Sleep(11 * time.Second) // the grace of a second tab is over
		_, status = there.refresh(mine.Refresh)
		refused("a token that was used before", status, 401)
		undo()
		_, status = here.refresh(next.Refresh)
		refused("what followed from it", status, 401)

		employer := here.employer()
		write := func(r *replica) int {
			status, _, err := r.ask(http.MethodPost, "/v1/demands", employer, w.body("Demotion"), nil)
			require.NoError(x, err)
			return status
		}
		refused("an owner's write", write(there), 201)
		w.must(db, "UPDATE memberships SET role = 'viewer'")
		refused("a write of somebody who was demoted, there", write(there), 403)
		refused("a write of somebody who was demoted, here", write(here), 403)

		last, _ := here.login(email, phrase+"!")
		status, _, err = there.ask(http.MethodDelete, "/v1/me", last.Access, map[string]string{"password": phrase + "!"}, nil)
		require.NoError(x, err)
		refused("erasing the account", status, 204)
		status, _, err = here.ask(http.MethodGet, "/v1/me", last.Access, nil, nil)
		require.NoError(x, err)
		refused("a token of somebody who is gone", status, 401)
		_, status = here.refresh(last.Refresh)
		refused("a session of somebody who is gone", status, 401)
		x.note("ends_tried", len(faults))
		return errors.Join(faults...)
	}
	fault(t, 42, "what is ended is ended everywhere", func(x *trial) { require.NoError(x, attempt(x)) }, attempt)
}

// Fifty tabs of one browser get new tokens at the same moment, of two replicas: they all get the same ones, and stay signed
// in.
//
// The control are fifty browsers: that they get different ones is seen.
func TestF43ManyTabsRefreshAtOnce(t *testing.T) {
	t.Parallel()
	const tabs = 50
	attempt := func(x *trial) error {
		w, here := aloneWith(x)
		replicas := []*replica{here, w.start("KOPIR_MEILI_URL=", "KOPIR_MEILI_KEY=", "KOPIR_MEILI_PREFIX=")}
		tokens := make([]string, tabs)
		one, _ := here.login("employer@demo.kopir", data.DemoPassword)
		for i := range tokens {
			tokens[i] = one.Refresh
			if x.control && i < 4 {
				again, status := here.login("employer@demo.kopir", data.DemoPassword)
				require.Equal(x, http.StatusOK, status)
				tokens[i] = again.Refresh
			}
		}
		var mu sync.Mutex
		successors, refused := map[string]bool{}, 0
		var all sync.WaitGroup
		for i, token := range tokens {
			all.Go(func() {
				next, status := replicas[i%2].refresh(token)
				mu.Lock()
				defer mu.Unlock()
				if status != http.StatusOK {
					refused++
				}
				successors[next.Refresh] = true
			})
		}
		all.Wait()
		x.note("successors", len(successors))
		if err := errors.Join(that(refused == 0, "%d tabs are refused", refused), that(len(successors) == 1, "%d successors", len(successors))); err != nil {
			return err
		}
		for token := range successors {
			if _, status := here.refresh(token); status != http.StatusOK {
				return fmt.Errorf("the successor is answered %d", status)
			}
		}
		return nil
	}
	fault(t, 43, "many tabs refresh at once", func(x *trial) { require.NoError(x, attempt(x)) }, attempt)
}

// Somebody tries a password on many accounts, naming another address each time: they get as many tries as one address has.
//
// The control is a server that was told to believe whoever connects.
func TestF44APasswordTriedOnManyAccounts(t *testing.T) {
	t.Parallel()
	const tries, budget = 300, 20
	attempt := func(x *trial, env ...string) error {
		_, r := aloneWith(x, env...)
		var mu sync.Mutex
		counts := map[int]int{}
		var all sync.WaitGroup
		began := time.Now()
		for worker := range 10 {
			all.Go(func() {
				for n := range tries / 10 {
					_, status := r.login(fmt.Sprintf("victim-%d-%d@example.kz", worker, n), "password123456789",
						"X-Forwarded-For", fmt.Sprintf("203.0.%d.%d", worker, n))
					mu.Lock()
					counts[status]++
					mu.Unlock()
				}
			})
		}
		all.Wait()
		most := budget + int(time.Since(began).Minutes()*budget) + 1
		x.note("tried", tries)
		x.note("got_through", counts[401])
		x.note("turned_away", counts[429])
		return errors.Join(that(counts[401] <= most, "%d tries got through, and not %d", counts[401], most), that(counts[401]+counts[429] == tries, "answers: %v", counts))
	}
	fault(t, 44, "a password tried on many accounts", func(x *trial) { require.NoError(x, attempt(x)) },
		func(x *trial) error { return attempt(x, "KOPIR_TRUSTED_PROXIES=127.0.0.0/8") })
}

// A flood of logins, each from an address of its own, takes a share of the processors and no more: those who only read
// wait at most twice as long.
//
// The control is a server that computes as many hashes at once as there are logins.
func TestF44AFloodOfLogins(t *testing.T) { // not beside others: it measures how long requests take
	const clients, lasting = 64, 10 * time.Second
	attempt := func(x *trial, y target, path string) error {
		flood := func() {
			ctx, stop := context.WithTimeout(x.Context(), lasting)
			defer stop()
			client := &http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: clients}}
			var mu sync.Mutex
			counts := map[int]int{}
			var all sync.WaitGroup
			for worker := range clients {
				all.Go(func() {
					for n := 0; ctx.Err() == nil; n++ {
						status, _, err := ask(client, y.address, http.MethodPost, "/v1/auth/login", "",
							map[string]string{"email": fmt.Sprintf("victim-%d-%d@example.kz", worker, n), "password": phrase},
							"X-Forwarded-For", fmt.Sprintf("203.%d.%d.%d", worker, n/250, n%250))
						if err == nil {
							mu.Lock()
							counts[status]++
							mu.Unlock()
						}
					}
				})
			}
			all.Wait()
			x.note("logins_answered", counts[401])
			x.note("logins_turned_away", counts[429]+counts[503])
		}
		quiet := y.while(x.Context(), path, func() { time.Sleep(lasting) })
		during := y.while(x.Context(), path, flood)
		before, then := percentile(quiet.took, 0.99), percentile(during.took, 0.99)
		ratio := float64(then) / float64(before)
		x.note("others_p99_before", before)
		x.note("others_p99_during", then)
		x.note("ratio", ratio)
		return errors.Join(that(during.failed == 0, "%d others were not served", during.failed), that(ratio <= 2, "others wait %.1f times as long (p99 %v, before %v)", ratio, then, before))
	}
	fault(t, 44, "a flood of logins", func(x *trial) {
		_, r := aloneWith(x, "KOPIR_TRUSTED_PROXIES=127.0.0.0/8")
		require.NoError(x, attempt(x, r.target(), "/v1/programmes?limit=5"))
	}, func(x *trial) error { return attempt(x, hasty(x, nil), "/") })
}

// hasty is a server that hashes at once whatever password it is given, for accounts that it knows, or for all.
func hasty(x *trial, known map[string]bool) target {
	e := echo.New()
	passwords := auth.NewPasswords(auth.PasswordConfig{AtOnce: 1 << 20})
	e.GET("/", func(c echo.Context) error { return c.String(http.StatusOK, "well") })
	e.POST("/v1/auth/login", func(c echo.Context) error {
		var form struct{ Email, Password string }
		if err := c.Bind(&form); err != nil {
			return err
		}
		if known == nil || known[form.Email] {
			if _, err := passwords.Check(c.Request().Context(), "", form.Password); err != nil {
				return err
			}
		}
		return c.NoContent(http.StatusUnauthorized)
	})
	s := httptest.NewServer(e)
	x.Cleanup(s.Close)
	return target{strings.TrimPrefix(s.URL, "http://"), os.Getpid()}
}

// How long a login takes does not tell whether there is such an account.
//
// The control is a server that only hashes for accounts that it knows.
func TestF45WhetherThereIsAnAccountIsNotTold(t *testing.T) { // not beside others: it measures how long requests take
	const accounts, each = 25, 4 // five tries a minute has an account
	attempt := func(x *trial, y target, known []string) error {
		client := &http.Client{Timeout: 30 * time.Second}
		times := map[bool][]time.Duration{}
		bodies := map[string]int{}
		n := 0
		for round := range each {
			for i, email := range known {
				for _, exists := range [][]bool{{true, false}, {false, true}}[(round+i)%2] { // whoever comes second may meet the collector
					n++
					who := email
					if !exists {
						who = fmt.Sprintf("nobody-%d-%d@example.kz", round, i)
					}
					began := time.Now()
					status, body, err := ask(client, y.address, http.MethodPost, "/v1/auth/login", "", map[string]string{"email": who, "password": "not the one that it is"},
						"X-Forwarded-For", fmt.Sprintf("203.0.%d.%d", n/250, n%250))
					require.NoError(x, err)
					times[exists] = append(times[exists], time.Since(began))
					at := strings.Index(string(body), `"instance"`) // which differs for each request
					bodies[fmt.Sprintf("%d %s", status, body[:max(at, 0)])]++
				}
			}
		}
		yes, no := percentile(times[true], 0.5), percentile(times[false], 0.5)
		x.note("samples_of_each", len(times[true]))
		x.note("median_known", yes)
		x.note("median_unknown", no)
		return errors.Join(that((yes-no).Abs() <= 5*time.Millisecond, "the medians are %v and %v", yes, no), that(len(bodies) == 1, "answers differ: %v", bodies))
	}
	fault(t, 45, "whether there is an account is not told", func(x *trial) {
		_, r := aloneWith(x, "KOPIR_TRUSTED_PROXIES=127.0.0.0/8")
		var known []string
		for range accounts {
			known = append(known, r.somebody())
		}
		require.NoError(x, attempt(x, r.target(), known))
	}, func(x *trial) error {
		known := map[string]bool{}
		var list []string
		for n := range accounts {
			list = append(list, fmt.Sprintf("known-%d@example.kz", n))
			known[list[n]] = true
		}
		return attempt(x, hasty(x, known), list)
	})
}
