package catalog

import (
	"io/fs"
	"net/netip"

	rekey "github.com/rekey-dvr/rekey"
)

// FactoryLogin is the login of the factory state, with who says it.
type FactoryLogin struct {
	rekey.Login
	Source     string           `json:"source"`
	Where      string           `json:"where,omitempty"`
	Confidence rekey.Confidence `json:"confidence"`
}

// FactoryLogin gives the login that the first attempt after a drain is made
// with. It is the same as in [Catalog.Rules].
func (c *Catalog) FactoryLogin() FactoryLogin {
	f := c.loginFacts
	return FactoryLogin{c.login, f.Source, f.Where, f.Confidence}
}

// FactoryAddress gives the address that a recorder is thought to have out of the
// factory; the source speaks of the same maker's cameras.
func (c *Catalog) FactoryAddress() netip.Addr { return c.address }

// StockAccounts gives the accounts that a recorder of the generation has out of
// the factory; for an unknown generation all that any has.
func (c *Catalog) StockAccounts(g rekey.Generation) []rekey.StockAccount {
	var list []rekey.StockAccount
	for _, a := range c.accounts {
		for _, of := range a.Generations {
			if of == g || g == rekey.GenUnknown || g == "" {
				a.Generations = append([]rekey.Generation(nil), a.Generations...)
				list = append(list, a)
				break
			}
		}
	}
	return list
}

func (c *Catalog) loadFactory(fsys fs.FS) error {
	var file struct {
		Login struct {
			User     string `yaml:"user"`
			Password string `yaml:"password"`
			fact     `yaml:",inline"`
		} `yaml:"login"`
		Address struct {
			IP   string `yaml:"ip"`
			fact `yaml:",inline"`
		} `yaml:"address"`
		Accounts []struct {
			User        string             `yaml:"user"`
			Password    string             `yaml:"password"`
			Rights      string             `yaml:"rights"`
			Local       bool               `yaml:"local_only"`
			Hidden      bool               `yaml:"hidden"`
			Generations []rekey.Generation `yaml:"generations"`
			fact        `yaml:",inline"`
		} `yaml:"accounts"`
	}
	d, err := readYAML(fsys, "factory.yaml", &file)
	if err != nil {
		return err
	}
	var p problems
	c.check(&p, d.at("login"), file.Login.fact)
	c.check(&p, d.at("address"), file.Address.fact)
	c.login = rekey.Login{User: file.Login.User, Password: file.Login.Password}
	c.loginFacts = file.Login.fact
	if c.address, err = netip.ParseAddr(file.Address.IP); err != nil || !c.address.IsPrivate() {
		p.addf(d.at("address"), "not an address of a local network: %q", file.Address.IP)
	}
	found := false
	for i, a := range file.Accounts {
		at := d.at("accounts", i)
		c.check(&p, at, a.fact)
		if a.User == "" || a.Password == "" || a.Rights == "" || len(a.Generations) == 0 {
			p.addf(at, "account %q needs a password, rights and generations", a.User)
		}
		for _, g := range a.Generations {
			if _, ok := c.Generation(g); !ok {
				p.addf(at, "no generation %q", g)
			}
		}
		found = found || (a.User == c.login.User && a.Password == c.login.Password)
		c.accounts = append(c.accounts, rekey.StockAccount{
			User: a.User, Password: a.Password, Rights: a.Rights, LocalOnly: a.Local, Hidden: a.Hidden,
			Generations: a.Generations, Source: a.Source, Confidence: a.Confidence,
		})
	}
	if !found {
		p.addf(d.at("accounts"), "the factory login is none of the stock accounts")
	}
	return p.err()
}
