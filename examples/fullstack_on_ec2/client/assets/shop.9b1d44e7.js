const answer = await fetch("/api/hello");
document.getElementById("shop").textContent = await answer.text();
