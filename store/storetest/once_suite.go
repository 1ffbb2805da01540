package storetest

import (
	"context"
	"crypto/sha256"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"kopir/domain"
)

func onceKey(key, body string) domain.OnceKey {
	return domain.OnceKey{Account: uuid.NameSpaceURL, Operation: "createDemand", Key: key, Fingerprint: sha256.Sum256([]byte(body))}
}

// testOnce: one effect, however often it is asked for.
func testOnce(t *testing.T, open Open) {
	o := open(t)
	ctx := t.Context()
	other := reopen(t, o.Config) // another replica, or another process
	answer := domain.Answer{Status: 201, Header: map[string]string{"Location": "/v1/демо", "ETag": `"1"`}, Body: []byte(`{"a":"ә"}`)}
	create := func(org *domain.Organisation, with domain.Answer) func(context.Context) (domain.Answer, error) {
		return func(ctx context.Context) (domain.Answer, error) {
			err := o.InTx(ctx, func(ctx context.Context, tx domain.Tx) error { return tx.CreateOrganisation(ctx, org) })
			return with, err
		}
	}
	there := func(t *testing.T, org *domain.Organisation) bool {
		m, err := o.Organisations(ctx, []uuid.UUID{org.ID})
		require.NoError(t, err)
		return len(m) == 1
	}
	never := func(context.Context) (domain.Answer, error) { panic("it was done before") }

	t.Run("the answer is given again, and the work is not done again", func(t *testing.T) {
		org := fullOrganisation(1)
		got, again, err := o.Once(ctx, onceKey("a", "body"), now, create(org, answer))
		require.NoError(t, err)
		require.False(t, again)
		same(t, answer, got)
		require.True(t, there(t, org))
		for _, replica := range []*Opened{o, other} {
			got, again, err = replica.Once(ctx, onceKey("a", "body"), now, never)
			require.NoError(t, err)
			require.True(t, again)
			same(t, answer, got)
		}
	})
	t.Run("another request with the key is refused", func(t *testing.T) {
		_, _, err := o.Once(ctx, onceKey("a", "other"), now, never)
		failsAs(t, err, domain.Invalid, domain.CodeKeyReused)
	})
	t.Run("another account and another operation have keys of their own", func(t *testing.T) {
		for _, key := range []domain.OnceKey{
			{Account: uuid.NameSpaceDNS, Operation: "createDemand", Key: "a"}, {Operation: "createDemand", Key: "a"},
			{Account: uuid.NameSpaceURL, Operation: "createProgramme", Key: "a"},
		} {
			_, again, err := o.Once(ctx, key, now, func(context.Context) (domain.Answer, error) { return domain.Answer{Status: 204}, nil })
			require.NoError(t, err)
			require.False(t, again)
		}
	})
	t.Run("an answer without header and body", func(t *testing.T) {
		bare := domain.Answer{Status: 204}
		for i := range 2 {
			got, again, err := o.Once(ctx, onceKey("bare", ""), now, func(context.Context) (domain.Answer, error) { return bare, nil })
			require.NoError(t, err)
			require.Equal(t, i == 1, again)
			require.Equal(t, 204, got.Status)
			require.Empty(t, got.Header)
			require.Empty(t, got.Body)
		}
	})
	t.Run("a refusal undoes the work and is not kept", func(t *testing.T) {
		org := fullOrganisation(2)
		got, again, err := o.Once(ctx, onceKey("b", ""), now, create(org, domain.Answer{Status: 400, Body: []byte("no")}))
		require.NoError(t, err)
		require.False(t, again)
		require.Equal(t, 400, got.Status)
		require.False(t, there(t, org))
		_, _, err = o.Once(ctx, onceKey("b", "now right"), now, create(org, answer))
		require.NoError(t, err)
		require.True(t, there(t, org))
	})
	t.Run("an error undoes the work and is not kept", func(t *testing.T) {
		org := fullOrganisation(3)
		_, _, err := o.Once(ctx, onceKey("c", ""), now, func(ctx context.Context) (domain.Answer, error) {
			_, err := create(org, answer)(ctx)
			require.NoError(t, err)
			return domain.Answer{}, errOnPurpose
		})
		require.ErrorIs(t, err, errOnPurpose)
		require.False(t, there(t, org))
		require.Panics(t, func() {
			_, _, _ = o.Once(ctx, onceKey("c", ""), now, func(context.Context) (domain.Answer, error) { panic("x") })
		})
		_, again, err := o.Once(ctx, onceKey("c", ""), now, create(org, answer))
		require.NoError(t, err)
		require.False(t, again)
	})
	t.Run("it starts a transaction, and joins none", func(t *testing.T) {
		within(t, o, func(ctx context.Context, _ domain.Tx) {
			_, _, err := o.Once(ctx, onceKey("joined", ""), now, never)
			require.Error(t, err)
		})
	})
	t.Run("fifty at once have one effect", func(t *testing.T) { testOnceAtOnce(t, o, other, answer) })
	t.Run("while the first is under way", func(t *testing.T) { testInFlight(t, o, answer) })
	t.Run("answers are forgotten", func(t *testing.T) {
		_, _, err := o.Once(ctx, onceKey("young", ""), now.Add(time.Hour), func(context.Context) (domain.Answer, error) { return answer, nil })
		require.NoError(t, err)
		n, err := o.ForgetAnswers(ctx, now.Add(time.Minute))
		require.NoError(t, err)
		require.Positive(t, n)
		n, err = o.ForgetAnswers(ctx, now.Add(time.Minute))
		require.NoError(t, err)
		require.Zero(t, n)
		_, again, err := o.Once(ctx, onceKey("young", ""), now, never)
		require.NoError(t, err)
		require.True(t, again)
		_, again, err = o.Once(ctx, onceKey("a", "other"), now, create(fullOrganisation(8), answer))
		require.NoError(t, err)
		require.False(t, again)
	})
}

func testOnceAtOnce(t *testing.T, o, other *Opened, answer domain.Answer) {
	var effects, turn atomic.Int64
	org := fullOrganisation(50)
	ctx := context.WithoutCancel(t.Context())
	won := inParallel(50, func() error {
		replica := o
		if turn.Add(1)%2 == 0 {
			replica = other
		}
		got, _, err := replica.Once(ctx, onceKey("fifty", "x"), now, func(ctx context.Context) (domain.Answer, error) {
			effects.Add(1)
			return answer, replica.InTx(ctx, func(ctx context.Context, tx domain.Tx) error { return tx.CreateOrganisation(ctx, org) })
		})
		if err == nil && string(got.Body) != string(answer.Body) {
			return errOnPurpose
		}
		return err
	}, func(err error) { failsAs(t, err, domain.Conflict, domain.CodeKeyInFlight) })
	require.Positive(t, won)
	require.EqualValues(t, 1, effects.Load())
}

func testInFlight(t *testing.T, o *Opened, answer domain.Answer) {
	entered, leave := make(chan struct{}), make(chan struct{})
	var first sync.WaitGroup
	var failed error
	ctx := context.WithoutCancel(t.Context())
	first.Go(func() {
		_, _, failed = o.Once(ctx, onceKey("slow", ""), now, func(context.Context) (domain.Answer, error) {
			close(entered)
			<-leave
			return answer, nil
		})
	})
	<-entered
	_, _, err := o.Once(ctx, onceKey("slow", ""), now, func(context.Context) (domain.Answer, error) { panic("twice") })
	failsAs(t, err, domain.Conflict, domain.CodeKeyInFlight)
	close(leave)
	first.Wait()
	require.NoError(t, failed)
	_, again, err := o.Once(ctx, onceKey("slow", ""), now, func(context.Context) (domain.Answer, error) { panic("twice") })
	require.NoError(t, err)
	require.True(t, again)
}
