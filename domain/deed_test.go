package domain

import (
	"context"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// notes keeps deeds.
type notes struct {
	Tx
	deeds []Deed
}

func (n *notes) Record(_ context.Context, d Deed) error {
	n.deeds = append(n.deeds, d)
	return nil
}

func TestADeedIsOfWhoDidIt(t *testing.T) {
	at, account, key := time.Date(2026, 11, 23, 6, 0, 0, 0, time.UTC), uuid.New(), uuid.New()
	for _, c := range []struct {
		by   Actor
		want Deed
	}{
		{Actor{AccountID: account, Session: uuid.New()}, Deed{Account: account}},
		{Actor{Key: key}, Deed{Key: key}},
		{Actor{Operator: true}, Deed{Operator: true}},
	} {
		var n notes
		require.NoError(t, record(t.Context(), &n, c.by, at, Deed{Kind: DeedKeyMade}))
		require.NotEqual(t, uuid.Nil, n.deeds[0].ID)
		c.want.ID, c.want.At, c.want.Kind = n.deeds[0].ID, at, DeedKeyMade
		require.Equal(t, []Deed{c.want}, n.deeds)
	}
}
