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
			shared.Found.OnChanged(func(feed.Issue) { h.Changed() })
			shared.Found.Start()
			src := shared
			h.Go(func(ctx context.Context) {
				<-ctx.Done()
				src.Wait()
			})
		}
		return shared
	}
	later := func(id, title, icon string, keys []shell.KeyGroup, count func(*feed.Source) string, build func(shell.Host, *feed.Source) shell.Room) shell.Maker {
		return shell.Maker{ID: id, Title: title, Keys: keys, Make: func(h shell.Host) shell.Room {
			src := source(h)
			return &lazy{
				id: id, title: title, icon: icon, group: "Review",
				count: func() string { return count(src) }, build: func() shell.Room { return build(h, src) },
			}
		}}
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
		later("outliers", "Outliers", "outliers", review.OutlierKeys(), review.OutlierCount, func(h shell.Host, src *feed.Source) shell.Room {
			return review.NewOutliers(h, src, inspect.New(src))
		}),
		later("labels", "Label check", "label", review.LabelKeys(), review.LabelCount, func(h shell.Host, src *feed.Source) shell.Room {
			return review.NewLabelCheck(h, src, inspect.New(src))
		}),
		later("quality", "Quality", "quality", review.QualityKeys(), review.QualityCount, func(h shell.Host, src *feed.Source) shell.Room {
			return review.NewQuality(h, src, inspect.New(src))
		}),
		later("leaks", "Leaks", "leaks", review.LeakKeys(), review.LeakCount, func(h shell.Host, src *feed.Source) shell.Room {
			return review.NewLeaks(h, src)
		}),
	}
}
