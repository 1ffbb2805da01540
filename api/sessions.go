package api

import (
	"context"

	"github.com/google/uuid"

	"kopir/api/gen"
)

// ListSessions lists where the account is signed in.
func (s *server) ListSessions(ctx context.Context, _ gen.ListSessionsRequestObject) (gen.ListSessionsResponseObject, error) {
	actor := actorOf(ctx)
	list, err := s.Accounts.Sessions(ctx, actor)
	if err != nil {
		return nil, err
	}
	body := gen.SessionList{Items: []gen.LoginSession{}, Total: len(list)}
	for _, one := range list {
		body.Items = append(body.Items, gen.LoginSession{
			Id: one.ID, Current: one.ID == actor.Session && one.ID != uuid.Nil, CreatedAt: one.Since, LastUsedAt: one.LastUsed, ExpiresAt: one.Until,
		})
	}
	return gen.ListSessions200JSONResponse{Body: body, Headers: gen.ListSessions200ResponseHeaders{CacheControl: noStore}}, nil
}

// EndSession ends one of the account's sessions.
func (s *server) EndSession(ctx context.Context, r gen.EndSessionRequestObject) (gen.EndSessionResponseObject, error) {
	return gen.EndSession204Response{}, s.Accounts.EndSession(ctx, actorOf(ctx), r.Id)
}

// EndSessions ends all of the account's sessions.
func (s *server) EndSessions(ctx context.Context, _ gen.EndSessionsRequestObject) (gen.EndSessionsResponseObject, error) {
	return gen.EndSessions204Response{}, s.Accounts.EndSessions(ctx, actorOf(ctx))
}

// ChangePassword gives the account another password.
func (s *server) ChangePassword(ctx context.Context, r gen.ChangePasswordRequestObject) (gen.ChangePasswordResponseObject, error) {
	return gen.ChangePassword204Response{}, s.Accounts.ChangePassword(ctx, actorOf(ctx), r.Body.Current, r.Body.New)
}
