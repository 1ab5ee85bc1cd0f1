package workspace

import (
	"context"
	"errors"

	"kindred/embed"
	"kindred/project"
	"kindred/project/store"
)

// chosenModel is the setting that RememberModel writes. The store's own note of
// the current model is another thing: every opening changes that one.
const chosenModel = "chosen-model"

// Remembered is the model that a project was told to use; the zero value when
// it takes the program's own.
type Remembered struct {
	ID   string // an embed.ModelID
	Name string // "" when the project holds nothing of it
}

// RememberModel notes the model that the project is to be opened with from now
// on; "" is the program's own. It changes nothing of the open project.
func (w *Workspace) RememberModel(ctx context.Context, id string) error {
	return w.store.SetSetting(ctx, chosenModel, id)
}

// encoder is the one to open the project with.
func (p Params) encoder(ctx context.Context, st *store.Store) (embed.Encoder, error) {
	if p.Pick == nil {
		return p.Encoder, nil
	}
	id, err := st.Setting(ctx, chosenModel)
	if err != nil && !errors.Is(err, project.ErrNotFound) {
		return nil, err
	}
	r := Remembered{ID: id}
	if id != "" {
		m, err := st.Model(ctx, embed.ModelID(id))
		if err != nil && !errors.Is(err, project.ErrNotFound) {
			return nil, err
		}
		r.Name = m.Name
	}
	return p.Pick(ctx, r)
}
