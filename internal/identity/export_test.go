package identity

// Tests make hundreds of hashes; how one is made does not depend on what it costs.
func init() { LightHashes() }
