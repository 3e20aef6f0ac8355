package runtime

// A Pinner keeps objects from being freed. Objects never move, so holding them is all there is to do.
type Pinner struct {
	refs *[]any
}

func (p *Pinner) Pin(pointer any) {
	if p.refs == nil {
		p.refs = new([]any)
		pinned[p.refs] = true
	}
	*p.refs = append(*p.refs, pointer)
}

func (p *Pinner) Unpin() {
	if p.refs != nil {
		delete(pinned, p.refs)
		p.refs = nil
	}
}

// pinned keeps the lists of Pinners that were dropped without Unpin.
var pinned = map[*[]any]bool{}
