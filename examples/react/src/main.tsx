import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { Note } from "./note.tsx";

// ?server=ws://127.0.0.1:8080/sync&document=note&name=Ana
const asked = new URLSearchParams(location.search);
const name = asked.get("name") ?? "Guest";
const user = { id: name.replaceAll(/[^\w-]/g, "-"), name, color: 7 };

const root = document.getElementById("root");
if (root !== null) {
  createRoot(root).render(
    <StrictMode>
      <Note
        url={asked.get("server") ?? "ws://127.0.0.1:8080/sync"}
        document={asked.get("document") ?? "note"}
        user={user}
      />
    </StrictMode>,
  );
}
