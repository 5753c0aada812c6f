import "@interline/editor/define";

/** A page of another site with a form in it. Tests put an editor into it as markup, and open its document. */
document.body.innerHTML = `<form><input name="first" value="1"><div id="place"></div><input name="last" value="2"></form>`;
