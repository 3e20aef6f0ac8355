package gcm

//go:noescape
func updateBlocks(productTable *[16]gcmFieldElement, y *gcmFieldElement, blocks []byte)
