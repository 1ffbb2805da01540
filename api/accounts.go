package api

import (
	"context"

	"kopir/api/gen"
	"kopir/domain"
)

// What registering and asking for another password answer, to everybody alike.
var written = domain.Text{
	KK: "Осы мекенжайға хат жібердік: ары қарай не істеу керегі хатта жазылған.",
	RU: "Мы написали на этот адрес: в письме сказано, что делать дальше.",
	EN: "We have written to this address: the letter says how to go on.",
}

// noStore keeps tokens out of every cache.
const noStore = "no-store"

// RegisterAccount makes an account, or seems to.
func (s *server) RegisterAccount(ctx context.Context, r gen.RegisterAccountRequestObject) (gen.RegisterAccountResponseObject, error) {
	form := domain.AccountForm{
		Email: r.Body.Email, Password: r.Body.Password, Name: r.Body.Name, Language: string(said(r.Body.Language)),
	}
	err := s.Accounts.Register(ctx, form, languageOf(ctx))
	return gen.RegisterAccount202JSONResponse{Message: written.In(languageOf(ctx))}, err
}

// ConfirmEmail takes the proof of an address.
func (s *server) ConfirmEmail(ctx context.Context, r gen.ConfirmEmailRequestObject) (gen.ConfirmEmailResponseObject, error) {
	return gen.ConfirmEmail204Response{}, s.Accounts.ConfirmEmail(ctx, r.Body.Code)
}

// SendConfirmation sends the letter that asks for it again.
func (s *server) SendConfirmation(ctx context.Context, _ gen.SendConfirmationRequestObject) (gen.SendConfirmationResponseObject, error) {
	return gen.SendConfirmation204Response{}, s.Accounts.SendConfirmation(ctx, actorOf(ctx), languageOf(ctx))
}

// RequestPasswordReset sends a letter with which somebody sets another password, or seems to.
func (s *server) RequestPasswordReset(ctx context.Context, r gen.RequestPasswordResetRequestObject) (gen.RequestPasswordResetResponseObject, error) {
	err := s.Accounts.RequestReset(ctx, r.Body.Email, languageOf(ctx))
	return gen.RequestPasswordReset202JSONResponse{Message: written.In(languageOf(ctx))}, err
}

// ResetPassword sets another password.
func (s *server) ResetPassword(ctx context.Context, r gen.ResetPasswordRequestObject) (gen.ResetPasswordResponseObject, error) {
	return gen.ResetPassword204Response{}, s.Accounts.ResetPassword(ctx, r.Body.Code, r.Body.New)
}

// LoginAccount begins a session.
func (s *server) LoginAccount(ctx context.Context, r gen.LoginAccountRequestObject) (gen.LoginAccountResponseObject, error) {
	session, err := s.Accounts.Login(ctx, r.Body.Email, r.Body.Password, string(said(r.Body.Otp)))
	body := tokenPair(session)
	device := s.devices.token(said(r.Body.DeviceToken), r.Body.Email)
	body.DeviceToken = &device
	return gen.LoginAccount200JSONResponse{
		Body: body, Headers: gen.LoginAccount200ResponseHeaders{CacheControl: noStore},
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
