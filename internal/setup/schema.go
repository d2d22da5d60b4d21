package setup

import _ "embed" // the schema

//go:embed profile.schema.json
var schema string

// Schema is the JSON Schema (draft 2020-12) of a profile. Editors use it to complete
// and to check; [ParseProfile] knows the same rules and some that a schema cannot
// say.
func Schema() string { return schema }
