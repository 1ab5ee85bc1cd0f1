// Package rooms is the list of the rooms of this version, in the order of the
// rail. It is what the program hands to the shell.
package rooms

import (
	"context"

	"kindred/views/clusters"
	"kindred/views/feed"
	"kindred/views/gallery"
	"kindred/views/inspect"
	"kindred/views/review"
	"kindred/views/shell"
)

// All returns the makers of all rooms. The rooms of one open project share
// what loads for them; the project closes only when that has come to rest.
func All() []shell.Maker {
	var host shell.Host
	var shared *feed.Source
	source := func(h shell.Host) *feed.Source {
		if h != host {
			host, shared = h, feed.NewSource(h.Context(), h.Project(), h.Dispatch)
			shared.Found.Start()
			src := shared
			h.Go(func(ctx context.Context) {
				<-ctx.Done()
				src.Wait()
			})
		}
		return shared
	}
	return []shell.Maker{
		{ID: "images", Title: "Images", Keys: gallery.Keyboard(), Make: func(h shell.Host) shell.Room {
			src := source(h)
			return gallery.New(h, src, inspect.New(src))
		}},
		{ID: "clusters", Title: "Clusters", Keys: clusters.Keyboard(), Make: func(h shell.Host) shell.Room {
			return clusters.New(h, source(h))
		}},
		{ID: "duplicates", Title: "Duplicates", Keys: review.Keyboard(), Make: func(h shell.Host) shell.Room {
			return review.NewDuplicates(h, source(h))
		}},
		{ID: "outliers", Title: "Outliers", Keys: review.OutlierKeys(), Make: func(h shell.Host) shell.Room {
			src := source(h)
			return review.NewOutliers(h, src, inspect.New(src))
		}},
		{ID: "labels", Title: "Label check", Keys: review.LabelKeys(), Make: func(h shell.Host) shell.Room {
			src := source(h)
			return review.NewLabelCheck(h, src, inspect.New(src))
		}},
		{ID: "quality", Title: "Quality", Keys: review.QualityKeys(), Make: func(h shell.Host) shell.Room {
			src := source(h)
			return review.NewQuality(h, src, inspect.New(src))
		}},
		{ID: "leaks", Title: "Leaks", Keys: review.LeakKeys(), Make: func(h shell.Host) shell.Room {
			return review.NewLeaks(h, source(h))
		}},
	}
}
