/** The page; what it shows comes from plan.json. */
export const pageHtml = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Sluice: first flash</title>
<link rel="stylesheet" href="page.css">
<h1>First flash</h1>
<p id="about"></p>
<table id="parts"></table>
<ul id="notes"></ul>
<p><button id="start" disabled>Choose the board's port and flash</button></p>
<p id="state" role="status"></p>
<progress id="progress" max="1" value="0" hidden></progress>
<p id="failed" role="alert"></p>
<script type="module" src="page.js"></script>
</html>
`;
