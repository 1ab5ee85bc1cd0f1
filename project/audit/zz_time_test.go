package audit
import ("testing";"os";"encoding/binary";"encoding/json";"math";"fmt";"time";"context";"strings";"kindred/embed";"kindred/embed/onnx";"kindred/embed/neighbor";"kindred/embed/cluster";"kindred/project")
type hs struct{c []Content; m embed.Matrix; p []embed.Pixels}
func (h hs) Contents(context.Context)([]Content,embed.Matrix,error){return h.c,h.m,nil}
func (h hs) Thumbnail(_ context.Context,i int)(embed.Pixels,error){return h.p[i],nil}
func TestTime(t *testing.T){ f:="/tmp/k/cifar"; var h hs
 b,err:=os.ReadFile(f+".f32"); if err!=nil{t.Fatal(err)}; h.m=embed.Matrix{Rows:len(b)/4/1280,Cols:1280,Data:make([]float32,len(b)/4)}; for i:=range h.m.Data{h.m.Data[i]=math.Float32frombits(binary.LittleEndian.Uint32(b[4*i:]))}
 var j struct{Files []string}; jb,_:=os.ReadFile(f+".json"); json.Unmarshal(jb,&j)
 d,_:=os.ReadFile(f+".thumb"); g:=func(i int)int{return int(int32(binary.LittleEndian.Uint32(d[4*i:])))}
 for i,n:=range j.Files{ w,hh,W,H:=g(0),g(1),g(2),g(3); h.p=append(h.p,embed.Pixels{W:w,H:hh,Pix:d[16:16+3*w*hh]}); h.c=append(h.c,Content{Width:W,Height:H,Files:[]File{{ID:project.FileID(i+1),Shown:n,Size:100,Label:strings.Split(n,"/")[0]}}}); d=d[16+3*w*hh:]}
 ctx:=context.Background(); rt,err:=onnx.Open("/work/main/build/ort/libonnxruntime.so"); if err!=nil{t.Fatal(err)}; defer rt.Close(); k,err:=rt.Kernel(2); if err!=nil{t.Fatal(err)}
 t0:=time.Now(); gr,rec,err:=Neighbours(ctx,k,h.m); if err!=nil{t.Fatal(err)}; t1:=time.Now(); tr,err:=cluster.Build(ctx,gr,len(h.c)); if err!=nil{t.Fatal(err)}; t2:=time.Now()
 unit:=neighbor.Normalize(h.m); type R struct{Path string `json:"path"`;Cluster int `json:"cluster"`}
 for _,o:=range []ClusterOptions{{Count:10},{Level:-1},{Count:4},{Level:.4}}{ cs,lv,err:=Clusters(ctx,tr,h.c,unit,o); if err!=nil{t.Fatal(err)}; var out struct{Images []R `json:"images"`}; for _,c:=range cs{for _,i:=range c.Images{out.Images=append(out.Images,R{h.c[i-1].Files[0].Shown,c.ID})}; if len(cs)<20{fmt.Println(c.ID,len(c.Images),c.Name)}}; jj,_:=json.Marshal(out); os.WriteFile(fmt.Sprintf("/tmp/k/clu%d.json",o.Count),jj,0o644); fmt.Println("level",lv,len(cs)) }
 t3:=time.Now(); links,err:=Verify(ctx,k,h,h.c,unit,gr,nil); if err!=nil{t.Fatal(err)}; t4:=time.Now()
 _,groups:=Duplicates(h.c,links,Options{MinScore:0,FlagScore:-1}); big:=0; in:=0; for _,g:=range groups{big=max(big,len(g.Images)); in+=len(g.Images)}
 fmt.Println("graph",t1.Sub(t0),"recall",rec,"tree",t2.Sub(t1),"cuts",t3.Sub(t2),"verify",t4.Sub(t3),"links",len(links),"groups",len(groups),"images in",in,"largest",big)
}
