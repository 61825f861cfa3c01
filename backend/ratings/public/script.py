"""The form's own script, at most 3 KiB: it keeps an unsent answer in this tab and sends it when the line is back.

Everything works without it. It keeps the fields only while they are unsent, and only in this tab's memory: also over
a change of language or of the size of letters, whose links ask the page anew.
"""

SCRIPT = """
(()=>{const f=document.querySelector("form[data-unsent]");if(!f||!window.fetch)return;
const k="sambung:"+f.elements.stamp.value.slice(-24),box=document.createElement("p");
box.className="box";box.setAttribute("role","status");box.hidden=true;f.append(box);
const tell=t=>{box.textContent=t;box.hidden=!t},body=()=>new URLSearchParams(new FormData(f)).toString();
let busy=false,timer=0,tries=0;
const keep=t=>{try{t?sessionStorage.setItem(k,t):sessionStorage.removeItem(k)}catch{}};
const later=()=>{clearTimeout(timer);timer=setTimeout(send,Math.min(3e4,1e3*2**tries++))};
async function send(){if(busy)return;busy=true;clearTimeout(timer);const b=body();keep(b);tell(f.dataset.sending);
try{const c=new AbortController(),t=setTimeout(()=>c.abort(),2e4);
const r=await fetch(f.action,{method:"POST",body:b,signal:c.signal,
headers:{"Content-Type":"application/x-www-form-urlencoded"}});clearTimeout(t);
if(r.status>=500||r.status===429)throw r.status;
keep("");
if(r.redirected){location.replace(r.url);return}
const h=await r.text();document.open();document.write(h);document.close()}
catch{tell(f.dataset.unsent);later()}finally{busy=false}}
f.addEventListener("submit",e=>{e.preventDefault();tries=0;send()});
addEventListener("online",()=>{if(!box.hidden)send()});
const fill=t=>{for(const[n,v]of new URLSearchParams(t)){if(n==="stamp")continue;
for(const e of f.querySelectorAll("[name="+CSS.escape(n)+"]")){
if(e.type==="radio"||e.type==="checkbox"){if(e.value===v)e.checked=true}else e.value=v}}};
const take=n=>{try{const t=sessionStorage.getItem(n)||"";sessionStorage.removeItem(n);return t}catch{return""}};
const m="sambung:"+location.pathname;
for(const a of document.querySelectorAll("header a"))a.addEventListener("click",()=>{
keep("");try{sessionStorage.setItem(m,body())}catch{}});
const moved=take(m),old=take(k);
if(old){fill(old);send()}else if(moved)fill(moved)
})();
""".strip().replace("\n", "")
