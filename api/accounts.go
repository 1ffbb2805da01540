package api

import (
	"context"

	"kopir/api/gen"
	"kopir/domain"
)

// What registering answers, to everybody alike.
var registered = domain.Text{
	KK: "Егер мекенжай бос болса, тіркелгі жасалды: жүйеге кіріңіз.",
	RU: "Если адрес был свободен, учётная запись создана: войдите.",
	EN: "If the address was free, the account exists now: log in.",
}

// noStore keeps tokens out of every cache.
const noStore = "no-store"

// RegisterAccount makes an account, or seems to.
func (s *server) RegisterAccount(ctx context.Context, r gen.RegisterAccountRequestObject) (gen.RegisterAccountResponseObject, error) {
	form := domain.AccountForm{
		Email: r.Body.Email, Password: r.Body.Password, Name: r.Body.Name, Language: string(said(r.Body.Language)),
	}
	err := s.Accounts.Register(ctx, form)
	return gen.RegisterAccount202JSONResponse{Message: registered.In(languageOf(ctx))}, err
}

// LoginAccount begins a session.
func (s *server) LoginAccount(ctx context.Context, r gen.LoginAccountRequestObject) (gen.LoginAccountResponseObject, error) {
	session, err := s.Accounts.Login(ctx, r.Body.Email, r.Body.Password)
	return gen.LoginAccount200JSONResponse{
		Body: tokenPair(session), Headers: gen.LoginAccount200ResponseHeaders{CacheControl: noStore},
	}, err
}

// RefreshTokens continues a session.
func (s *server) RefreshTokens(ctx context.Context, r gen.RefreshTokensRequestObject) (gen.RefreshTokensResponseObject, error) {
	session, err := s.Accounts.Refresh(ctx, r.Body.RefreshToken)
	return gen.RefreshTokens200JSONResponse{
		Body: tokenPair(session), Headers: gen.RefreshTokens200ResponseHeaders{CacheControl: noStore},
	}, err
}

// LogoutAccount ends a session.
func (s *server) LogoutAccount(ctx context.Context, r gen.LogoutAccountRequestObject) (gen.LogoutAccountResponseObject, error) {
	return gen.LogoutAccount204Response{}, s.Accounts.Logout(ctx, r.Body.RefreshToken)
}

// GetMe shows the account that is signed in.
func (s *server) GetMe(ctx context.Context, _ gen.GetMeRequestObject) (gen.GetMeResponseObject, error) {
	p, err := s.Accounts.Me(ctx, actorOf(ctx))
	if err != nil {
		return nil, err
	}
	return gen.GetMe200JSONResponse{Body: s.viewFor(ctx).me(p), Headers: gen.GetMe200ResponseHeaders{ETag: etag(unversioned)}}, nil
}

// unversioned stands in the tag of what has no version of its own: the edge's digest of the body tells it apart.
const unversioned = 1

func tokenPair(s domain.Session) gen.TokenPair {
	return gen.TokenPair{
		AccessToken: s.AccessToken, TokenType: "Bearer", ExpiresIn: int(s.Lifetime.Seconds()), RefreshToken: s.RefreshToken,
	}
}
