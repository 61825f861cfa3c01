"""The script of the report's page: sends without cookies, with photos, and keeps the text when nothing answers."""

from __future__ import annotations

SCRIPT = """
(()=>{let busy=false,dirty=false;
const b64=f=>new Promise((ok,no)=>{const r=new FileReader();r.onload=()=>ok(String(r.result).split(',')[1]||'');
r.onerror=no;r.readAsDataURL(f)});
const arm=()=>{const f=document.querySelector('form[data-kirim]');if(!f)return;
const photo=f.querySelector('[data-foto]'),status=f.querySelector('[role=status]');
photo.hidden=false;f.addEventListener('input',()=>{dirty=f.elements.text.value.trim()!==''});
f.addEventListener('submit',async e=>{e.preventDefault();if(busy)return;busy=true;status.textContent=f.dataset.mengirim;
try{const files=[];for(const one of photo.querySelector('input').files)files.push(await b64(one));
const r=await fetch(f.action,{method:'POST',credentials:'omit',referrerPolicy:'no-referrer',
headers:{'Content-Type':'application/json'},
body:JSON.stringify({id:f.elements.id.value,code:f.elements.code.value,text:f.elements.text.value,files})});
const said=await r.json();
if(said.main){dirty=false;const m=document.querySelector('main');m.innerHTML=said.main;
const h=m.querySelector('h1');h&&h.focus();arm()}else status.textContent=said.fault||f.dataset.belum}
catch{status.textContent=f.dataset.belum}finally{busy=false}})};
addEventListener('beforeunload',e=>{if(dirty)e.preventDefault()});arm()})()
""".strip().replace("\n", "")
