package api

import (
	"context"
	"net/http"
	"slices"

	"github.com/google/uuid"
	"golang.org/x/text/language"

	"kopir/domain"
)

// exchange is what the edge knows of one request; the context carries it to the handlers.
type exchange struct {
	id       uuid.UUID
	language domain.Language
	actor    domain.Actor
	// key is the API key that came along; nil where none did.
	key *domain.APIKey
	// refusal is why the token that came along is worth nothing; nil where none came, or a good one.
	refusal error
	// op is what the contract says of the route; nil where it has none.
	op *operation
	// body is the body of the request, read and cleaned, a file as it is; nil where it has none.
	body []byte
	// media and charset are what a file is, and how its characters are written as far as that is told.
	media, charset string
	// accept is which form of the answer is asked for.
	accept []string
	// query identifies what is asked, the page aside; see queryOf.
	query [32]byte
}

type exchangeKey struct{}

// withExchange returns a context that carries x.
func withExchange(ctx context.Context, x *exchange) context.Context {
	return context.WithValue(ctx, exchangeKey{}, x)
}

// exchangeOf returns what ctx carries; of a context that never met the edge, an exchange of a visitor.
func exchangeOf(ctx context.Context) *exchange {
	if x, ok := ctx.Value(exchangeKey{}).(*exchange); ok {
		return x
	}
	return &exchange{language: domain.Russian}
}

// actorOf returns who asks.
func actorOf(ctx context.Context) domain.Actor { return exchangeOf(ctx).actor }

// languageOf returns the language of the reader: kk, ru or en.
func languageOf(ctx context.Context) domain.Language { return exchangeOf(ctx).language }

// requestID returns the id of the request, which problems and the log both name.
func requestID(ctx context.Context) uuid.UUID { return exchangeOf(ctx).id }

// acceptedLanguage returns which of the three languages suits a reader best, whatever its region or script; Russian where
// none of them is accepted or nothing is said. Several headers count as one list (RFC 9110, 5.3).
func acceptedLanguage(h http.Header) domain.Language {
	best, found := domain.Russian, float32(0)
	for _, line := range h.Values("Accept-Language") {
		tags, weights, err := language.ParseAcceptLanguage(line)
		if err != nil {
			continue // what is not readable is ignored, says the contract
		}
		for i, tag := range tags {
			base, _ := tag.Base()
			at := slices.Index(domain.Spoken(), domain.Language(base.String()))
			if at >= 0 && weights[i] > found {
				best, found = domain.Spoken()[at], weights[i]
			}
		}
	}
	return best
}
