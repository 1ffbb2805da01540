package api

import (
	"context"
	"encoding/base64"
	"errors"
	"math/rand/v2"
	"net/url"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"kopir/domain"
)

// at is a place in some list.
type at struct {
	Offset int       `json:"o"`
	ID     uuid.UUID `json:"id"`
}

// asking returns a context of somebody who asks for something.
func asking(t *testing.T, account, query string) context.Context {
	t.Helper()
	x := &exchange{language: domain.English}
	if account != "" {
		x.actor = domain.Actor{AccountID: uuid.MustParse(account)}
	}
	copy(x.query[:], query)
	return withExchange(t.Context(), x)
}

func openCursors(t *testing.T, secret string) cursors {
	t.Helper()
	c, err := newCursors([]byte(secret))
	require.NoError(t, err)
	return c
}

func TestACursorLeadsBackToItsPlace(t *testing.T) {
	c, ctx := openCursors(t, "secret"), asking(t, somebody, "q")
	want := at{Offset: 40, ID: uuid.MustParse(somebodyElse)}
	cursor := c.encode(ctx, want)
	var got at
	require.NoError(t, c.decode(ctx, cursor, &got))
	require.Equal(t, want, got)
	require.Regexp(t, `^[A-Za-z0-9_-]+$`, *cursor)
	require.Less(t, len(*cursor), 1024, "as the contract promises")

	got = at{Offset: 7}
	require.NoError(t, c.decode(ctx, nil, &got))
	empty := ""
	require.NoError(t, c.decode(ctx, &empty, &got))
	require.Equal(t, at{Offset: 7}, got, "no cursor leaves the place as it was")
}

func TestACursorOpensForItsReaderAndItsQueryOnly(t *testing.T) {
	c := openCursors(t, "secret")
	cursor := c.encode(asking(t, somebody, "q"), at{Offset: 40})
	for name, ctx := range map[string]context.Context{
		"another reader": asking(t, somebodyElse, "q"), "a visitor": asking(t, "", "q"), "another query": asking(t, somebody, "r"),
	} {
		var got at
		require.Error(t, c.decode(ctx, cursor, &got), name)
		require.Zero(t, got, name)
	}
	require.Error(t, openCursors(t, "another secret").decode(asking(t, somebody, "q"), cursor, new(at)))
	require.NoError(t, openCursors(t, "secret").decode(asking(t, somebody, "q"), cursor, new(at)), "positive control: another replica")
}

func TestAThousandTamperedCursorsAreRefused(t *testing.T) {
	c, ctx := openCursors(t, "secret"), asking(t, somebody, "q")
	cursor := *c.encode(ctx, at{Offset: 40, ID: uuid.MustParse(somebodyElse)})
	random := rand.New(rand.NewPCG(1, 2)) // the same bits each time
	accepted := 0
	for range 1000 {
		b := []byte(cursor)
		b[random.IntN(len(b))] ^= 1 << random.IntN(8)
		tampered := string(b)
		if c.decode(ctx, &tampered, new(at)) == nil {
			accepted++
		}
	}
	require.Zero(t, accepted)

	raw, err := base64.RawURLEncoding.DecodeString(cursor)
	require.NoError(t, err)
	unsealed := 0
	for range 1000 { // negative control: without the seal many of them would be read
		b := append([]byte(nil), raw...)
		b[sealSize+random.IntN(len(b)-sealSize)] ^= 1 << random.IntN(8)
		resealed := base64.RawURLEncoding.EncodeToString(append(c.seal(ctx, b[sealSize:]), b[sealSize:]...))
		if c.decode(ctx, &resealed, new(at)) == nil {
			unsealed++
		}
	}
	require.Positive(t, unsealed)
}

func TestOtherTextsAreNoCursors(t *testing.T) {
	c, ctx := openCursors(t, "secret"), asking(t, somebody, "q")
	good := *c.encode(ctx, at{Offset: 1})
	for _, text := range []string{"x", "====", good + "=", good + "A", " " + good, good[:20], good[:len(good)-1], "eyJvIjoxfQ", strings.Repeat("A", 1024), "../../x"} {
		err := c.decode(ctx, &text, new(at))
		var r *refusal
		require.True(t, errors.As(err, &r), text)
		require.Equal(t, unreadable, r.kind)
		require.Equal(t, place{parameter: "cursor", reason: domain.Reason{Code: domain.CodeBadCursor}}, r.places[0])
	}
	text := c.encode(ctx, "a text and no place")
	require.Error(t, c.decode(ctx, text, new(at)), "of an earlier version")

	exchangeOf(ctx).body = []byte(`{}`)
	bad := "x"
	var r *refusal
	require.ErrorAs(t, c.decode(ctx, &bad, new(at)), &r)
	require.Equal(t, "/cursor", r.places[0].pointer, "in a body it has a pointer")
}

func TestAQueryIsTheSameWhateverThePage(t *testing.T) {
	d := openDoor(t)
	of := func(method, path, query, body string) [32]byte {
		values, err := url.ParseQuery(query)
		require.NoError(t, err)
		r, err := d.request(method, path)
		require.NoError(t, err)
		var raw []byte
		if body != "" {
			raw = []byte(body)
		}
		sum, err := queryOf(r, values, raw)
		require.NoError(t, err)
		return sum
	}
	base := of("GET", "/v1/demands", "q=go&region=KZ-75&region=KZ-71", "")
	require.Equal(t, base, of("GET", "/v1/demands", "region=KZ-75&region=KZ-71&limit=5&q=go&cursor=x", ""))
	for _, other := range [][32]byte{
		of("GET", "/v1/programmes", "q=go&region=KZ-75&region=KZ-71", ""), of("GET", "/v1/demands", "q=go&region=KZ-75", ""),
		of("GET", "/v1/demands", "q=go%26region%3DKZ-75&region=KZ-71", ""), of("POST", "/v1/demands", "q=go&region=KZ-75&region=KZ-71", ""),
	} {
		require.NotEqual(t, base, other)
	}
	body := of("POST", "/v1/match/demands", "", `{"q":"go","constraints":{"regions":["KZ-75"]},"limit":5}`)
	require.Equal(t, body, of("POST", "/v1/match/demands", "", `{"constraints": {"regions":["KZ-75"]}, "q":"go", "cursor":"x"}`))
	require.NotEqual(t, body, of("POST", "/v1/match/demands", "", `{"q":"go","constraints":{"regions":["KZ-71"]}}`))
}
