package embedded
import ("testing";"os";"strings";"fmt";"time";"kopir/domain";"kopir/search")
func TestReal(t *testing.T){
 data,err:=os.ReadFile("../../../shared/data/catalogue/esco_digital.tsv"); if err!=nil {t.Skip()}
 var ks []domain.Competence
 names:=0
 for i,l:=range strings.Split(strings.TrimSpace(string(data)),"\n"){ if i==0{continue}
  f:=strings.Split(l,"\t"); for len(f)<10{f=append(f,"")}
  sp:=func(s string)[]string{ if s==""{return nil}; return strings.Split(s,"|")}
  k:=domain.Competence{ID:domain.CompetenceID(f[0]),Framework:"esco",Kind:domain.CompetenceKind(f[2]),Label:domain.Text{EN:f[3],RU:f[4],KK:f[5]},Synonyms:domain.Synonyms{EN:sp(f[6]),RU:sp(f[7]),KK:sp(f[8])}}
  names+=3+len(k.Synonyms.EN)+len(k.Synonyms.RU)+len(k.Synonyms.KK); ks=append(ks,k)}
 c,err:=domain.NewCatalogue("x",[]domain.Framework{{ID:"esco"}},ks); if err!=nil{t.Fatal(err)}
 t0:=time.Now(); e,_:=Open(Options{}); defer e.Close(); e.UseCatalogue(t.Context(),c); fmt.Println("catalogue",names,len(e.catalogue.Load().vocabulary.sorted),time.Since(t0))
 for _,w:=range []string{"","j","jav","java","javas","c","c++","C#","sql","pyt","питон","пайтон","джава","яваскрипт","машинное об","программиров","програмирование","бағдарл","багдарлам","bagdarlamalau","derekqor","базы данн","БД","node.js","docker","kubernets","data scien","cyber","кибербез","1с","ии","облач","тестирование по","machine lerning","progrmming","искусственый интелект","go","r","веб"}{
  for _,lang:=range []domain.Language{"ru","en"}{
  t1:=time.Now(); h,total,_:=e.Competences(t.Context(),search.CompetenceQuery{Words:w,Language:lang,Limit:5}); d:=time.Since(t1)
  var o []string; for _,x:=range h{o=append(o,x.Matched)}
  fmt.Printf("%-22s %s %4d %8s %s\n",w,lang,total,d.Round(time.Microsecond),strings.Join(o," | "))}}
}
