// Package auth makes and checks what people and machines prove themselves with: passwords (argon2id), codes in letters,
// one-time codes (RFC 6238), access tokens (signed JWTs), refresh tokens and API keys (opaque secrets), or what an OpenID
// provider says of them. JWT, OpenID Connect, one-time codes, password hashing and the signing keys live here and nowhere else.
//
// It keeps nothing itself: hashes and sealed keys go where domain.Store and domain.KeyStore put them. It knows nothing
// of HTTP but how to ask a provider, and not who may do what: a token says who somebody is, never what they are allowed.
package auth
