package api

import (
	"kopir/api/gen"
	"kopir/domain"
)

func organisationForm(b *gen.OrganisationInput) domain.OrganisationForm {
	return domain.OrganisationForm{
		Kind:                string(b.Kind),
		RegistrationScheme:  string(b.Registration.Scheme),
		RegistrationCountry: b.Registration.Country,
		RegistrationNumber:  b.Registration.Number,
		Name:                domain.Text{KK: said(b.Name.Kk), RU: said(b.Name.Ru), EN: said(b.Name.En)},
		Region:              string(said(b.Region)),
	}
}

func (v view) organisation(o *domain.Organisation) gen.Organisation {
	var holder *gen.OrganisationRef
	if o.Holder != nil {
		ref := v.organisationRef(o.Holder)
		holder = &ref
	}
	return gen.Organisation{
		Id: o.ID, Kind: gen.OrganisationKind(o.Kind), Name: v.text(o.Name), Registration: registration(o.Registration),
		Region:          knownAs[gen.RegionOrNull](o.Region),
		Verification:    gen.Verification(o.Verification),
		RejectionReason: known(o.Rejection),
		Contested:       o.Contested,
		HeldBy:          holder,
		CreatedAt:       o.CreatedAt.UTC(), UpdatedAt: o.UpdatedAt.UTC(), Version: int64(o.Version),
	}
}

// registration leaves out an IIN: it is personal data.
func registration(r domain.Registration) gen.Registration {
	out := gen.Registration{Scheme: gen.RegistrationScheme(r.Scheme), Country: r.Country}
	if r.Public() {
		out.Number = &r.Number
	}
	return out
}

func (v view) organisationRef(o *domain.Organisation) gen.OrganisationRef {
	return gen.OrganisationRef{Id: o.ID, Kind: gen.OrganisationKind(o.Kind), Name: v.text(o.Name)}
}

func (v view) membership(m domain.PersonMembership) gen.Membership {
	return gen.Membership{
		Organisation: v.organisationRef(&m.Organisation), Role: gen.MembershipRole(m.Role),
		Verification: gen.Verification(m.Organisation.Verification),
	}
}

func member(m domain.Member) gen.Member {
	return gen.Member{AccountId: m.AccountID, Email: m.Email, Name: m.Name, Role: gen.MembershipRole(m.Role), Since: m.Since.UTC()}
}

func invitation(i domain.Invitation) gen.Invitation {
	return gen.Invitation{
		Id: i.ID, Email: i.Email, Role: gen.MembershipRole(i.Role), CreatedAt: i.CreatedAt.UTC(), ExpiresAt: i.ExpiresAt.UTC(),
	}
}

func (v view) me(p *domain.Person) gen.Me {
	language := p.Account.Language.Base()
	if language != domain.Kazakh && language != domain.Russian && language != domain.English {
		language = v.lang // not told, or one that Kopir does not speak
	}
	return gen.Me{
		Id: p.Account.ID, Email: p.Account.Email, EmailConfirmed: p.Account.Confirmed(), SecondFactor: p.Account.Factor.On(), Name: p.Account.Name, Language: gen.ReaderLanguage(language),
		Roles: words[gen.Role](p.Roles()), CreatedAt: p.Account.CreatedAt.UTC(),
		Organisations: mapped(p.Memberships, v.membership),
	}
}
