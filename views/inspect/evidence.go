package inspect

import (
	"context"

	"fyne.io/fyne/v2"

	"kindred/project"
	"kindred/views/feed"
	"kindred/views/kit"
	"kindred/views/look"
	"kindred/views/photo"
)

// evidence is what the checks say of the image: each finding with its reason
// and a way to the room in which it is looked at.
type evidence struct {
	p     *Panel
	box   *fyne.Container
	rows  *fyne.Container
	call  *feed.Latest // of the names of the other images
	names map[project.FileID]string
	width float32
}

func newEvidence(p *Panel) *evidence {
	e := &evidence{p: p, rows: kit.VBox(10), call: feed.NewLatest(p.src.Crew), names: map[project.FileID]string{}}
	e.box = section(kit.NewText("Evidence", look.Small, look.T1).Bold(), e.rows)
	e.box.Hide()
	return e
}

// set shows the findings of the panel's image in a width.
func (e *evidence) set(width float32) {
	e.width = width
	marks := e.p.src.Found.Marks(e.p.id)
	if e.p.id == 0 || len(marks) == 0 {
		e.box.Hide()
		return
	}
	var others []project.FileID
	var rows []fyne.CanvasObject
	for _, m := range marks {
		if m.Other != 0 && e.names[m.Other] == "" {
			others = append(others, m.Other)
		}
		rows = append(rows, e.row(m))
	}
	e.rows.Objects = rows
	e.rows.Refresh()
	e.box.Show()
	if len(others) == 0 {
		return
	}
	feed.Run(e.call, 0, func(ctx context.Context) ([]project.Image, error) {
		return e.p.src.Project.Images(ctx, others)
	}, func(images []project.Image, err error) {
		if err != nil {
			return // the sentence does without a name
		}
		if len(e.names) > 1000 {
			clear(e.names)
		}
		for _, i := range images {
			e.names[i.ID] = i.Name()
		}
		if len(images) == len(others) {
			e.set(e.width)
			e.p.relayout()
		}
	})
}

func (e *evidence) row(m feed.Mark) fyne.CanvasObject {
	icon, colour := photo.IssueIcon(m.Issue)
	title, why := "", m.Why
	other := "another image"
	if n := e.names[m.Other]; n != "" {
		other = n
	}
	score := kit.Score(float64(m.Score)) + " · "
	switch m.Issue {
	case feed.IssueDuplicate:
		title, why = "Same picture as "+other, score+why
	case feed.IssueOutlier:
		title, why = "Outlier", score+why
	case feed.IssueLabel:
		title, why = "The label may be wrong", score+why
	case feed.IssueQuality:
		title = "Quality"
	case feed.IssueLeak:
		title, why = "Leak: "+why, score+"the same picture as "+other
	}
	id := e.p.id
	return kit.VBox(2,
		kit.HBox(8, kit.NewIcon(icon, colour, look.IconList), kit.Grow(kit.NewText(title, look.Small, look.T1).Truncate(40)),
			kit.NewLink("Review", func() { e.p.OnReview(m, id) })),
		kit.Pad(0, 0, 0, 22, kit.NewParagraph(why, look.Caption, look.T3, max(e.width-22, 60))))
}
