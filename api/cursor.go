package api

import (
	"context"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"

	"kopir/domain"
)

// cursors makes and reads the opaque places in lists. A cursor is base64url of a seal and of JSON; the seal binds it to
// its reader and to all of the query but the page size, so that it opens nothing else.
type cursors struct {
	key []byte
}

// sealSize is how many bytes of HMAC-SHA256 a cursor carries.
const sealSize = 16

// newCursors returns cursors signed under a key of their own, derived from the deployment's secret.
func newCursors(secret []byte) (cursors, error) {
	key, err := hkdf.Key(sha256.New, secret, nil, "kopir cursors", sha256.Size)
	return cursors{key}, err
}

// cursorForm is strict, so that no two texts are one cursor.
var cursorForm = base64.RawURLEncoding.Strict()

// encode returns v as a cursor for the reader and the query that ctx carries. v must be plain data.
func (c cursors) encode(ctx context.Context, v any) *string {
	body, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("a cursor of %T: %v", v, err)) // ours, and never made of input
	}
	out := cursorForm.EncodeToString(append(c.seal(ctx, body), body...))
	return &out
}

// decode reads a cursor into v; a cursor that is nil or empty leaves v untouched. It returns a problem of the kind
// unreadable, with bad_cursor, for one that was tampered with or made for another query or reader.
func (c cursors) decode(ctx context.Context, cursor *string, v any) error {
	if cursor == nil || *cursor == "" {
		return nil
	}
	raw, err := cursorForm.DecodeString(*cursor)
	if err != nil || len(raw) < sealSize || !hmac.Equal(raw[:sealSize], c.seal(ctx, raw[sealSize:])) {
		return badCursor(ctx)
	}
	if err := json.Unmarshal(raw[sealSize:], v); err != nil {
		return badCursor(ctx) // ours, of an earlier version
	}
	return nil
}

// seal returns what only this deployment can compute of a reader, a query and a place.
func (c cursors) seal(ctx context.Context, body []byte) []byte {
	x := exchangeOf(ctx)
	mac := hmac.New(sha256.New, c.key)
	reader := x.actor.ID()
	mac.Write(reader[:])
	mac.Write(x.query[:])
	mac.Write(body)
	return mac.Sum(nil)[:sealSize]
}

func badCursor(ctx context.Context) error {
	p := place{parameter: "cursor"}
	if exchangeOf(ctx).body != nil {
		p = place{pointer: "/cursor"}
	}
	p.reason = domain.Reason{Code: domain.CodeBadCursor}
	return refuse(unreadable, domain.CodeBadCursor).at(p)
}
