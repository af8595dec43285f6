<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name>AboutPage</name>
    <message>
        <source>Shortcuts</source>
        <translation>Tastenkürzel</translation>
    </message>
    <message>
        <source>Action</source>
        <translation>Aktion</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>Tasten</translation>
    </message>
    <message>
        <source>Superwhite {version}, Apache License 2.0</source>
        <translation>Superwhite {version}, Apache-Lizenz 2.0</translation>
    </message>
</context>
<context>
    <name>Actions</name>
    <message>
        <source> or </source>
        <translation> oder </translation>
    </message>
</context>
<context>
    <name>BackendChoice</name>
    <message>
        <source>Backend</source>
        <translation>Backend</translation>
    </message>
    <message>
        <source>Workflow</source>
        <translation>Workflow</translation>
    </message>
    <message>
        <source>Test</source>
        <translation>Prüfen</translation>
    </message>
    <message>
        <source>Go the whole way to this backend, and say where it ends</source>
        <translation>Den ganzen Weg zu diesem Backend gehen und sagen, wo er endet</translation>
    </message>
    <message>
        <source>Enter the key …</source>
        <translation>Schlüssel eingeben …</translation>
    </message>
    <message>
        <source>Open the settings where keys are kept</source>
        <translation>Die Einstellungen öffnen, in denen Schlüssel liegen</translation>
    </message>
    <message>
        <source>State of the backend</source>
        <translation>Zustand des Backends</translation>
    </message>
    <message>
        <source>Result of the test</source>
        <translation>Ergebnis der Prüfung</translation>
    </message>
    <message>
        <source>{title}: not yet</source>
        <translation>{title}: noch nicht</translation>
    </message>
    <message>
        <source>This backend is not offered any more. Choose another one.</source>
        <translation>Dieses Backend wird nicht mehr angeboten. Wählen Sie ein anderes.</translation>
    </message>
    <message>
        <source>This workflow is not offered here any more. Choose another one.</source>
        <translation>Dieser Workflow wird hier nicht mehr angeboten. Wählen Sie einen anderen.</translation>
    </message>
    <message>
        <source>Testing …</source>
        <translation>Wird geprüft …</translation>
    </message>
</context>
<context>
    <name>Canvas</name>
    <message>
        <source>Picture</source>
        <translation>Bild</translation>
    </message>
    <message>
        <source>SDR</source>
        <translation>SDR</translation>
    </message>
    <message>
        <source>HDR</source>
        <translation>HDR</translation>
    </message>
</context>
<context>
    <name>Capability</name>
    <message>
        <source>This machine</source>
        <translation>Dieser Rechner</translation>
    </message>
    <message>
        <source>Classical inverse tone mapping, not generative: it expands highlights and does not invent clipped detail.</source>
        <translation>Klassisches inverses Tone-Mapping, nicht generativ: Es dehnt die Lichter und erfindet keine abgeschnittenen Details.</translation>
    </message>
    <message>
        <source>Method</source>
        <translation>Verfahren</translation>
    </message>
    <message>
        <source>c4: calibrated expansion curve; bt2446a, bt2446c: the inverses of ITU-R BT.2446-1.</source>
        <translation>C4: kalibrierte Dehnungskurve; BT.2446: die Umkehrungen von ITU-R BT.2446-1.</translation>
    </message>
    <message>
        <source>BT.2446 method A</source>
        <translation>BT.2446, Verfahren A</translation>
    </message>
    <message>
        <source>BT.2446 method C</source>
        <translation>BT.2446, Verfahren C</translation>
    </message>
    <message>
        <source>Calibrated curve (C4)</source>
        <translation>Kalibrierte Kurve (C4)</translation>
    </message>
    <message>
        <source>Highlight strength</source>
        <translation>Stärke der Lichter</translation>
    </message>
    <message>
        <source>Scales the highlight gain of c4, in stops: 0 leaves SDR as it is.</source>
        <translation>Skaliert die Anhebung der Lichter in Blenden: 0 lässt SDR, wie es ist.</translation>
    </message>
    <message>
        <source>Source</source>
        <translation>Quelle</translation>
    </message>
    <message>
        <source>hard_clip: the source was cut off at white without a shoulder (screen captures, graphics).</source>
        <translation>Grafik oder Bildschirmaufnahme: Die Quelle endet bei Weiß ohne Schulter.</translation>
    </message>
    <message>
        <source>Camera or film</source>
        <translation>Kamera oder Film</translation>
    </message>
    <message>
        <source>Graphics or screen capture</source>
        <translation>Grafik oder Bildschirmaufnahme</translation>
    </message>
    <message>
        <source>Source display</source>
        <translation>Bildschirm der Quelle</translation>
    </message>
    <message>
        <source>How codes become light: auto takes BT.1886 for video and sRGB for still images.</source>
        <translation>Wie aus Codes Licht wird: von selbst BT.1886 für Video und sRGB für Standbilder.</translation>
    </message>
    <message>
        <source>As the clip says</source>
        <translation>Wie der Clip sagt</translation>
    </message>
    <message>
        <source>BT.1886 (video)</source>
        <translation>BT.1886 (Video)</translation>
    </message>
    <message>
        <source>sRGB</source>
        <translation>sRGB</translation>
    </message>
    <message>
        <source>Channel</source>
        <translation>Kanal</translation>
    </message>
    <message>
        <source>auto takes the alpha where there is one that is not opaque throughout, else the luma.</source>
        <translation>Automatisch nimmt das Alpha, wo es eines gibt, das nicht überall deckt, sonst die Luminanz.</translation>
    </message>
    <message>
        <source>Automatic</source>
        <translation>Automatisch</translation>
    </message>
    <message>
        <source>Luma</source>
        <translation>Luminanz</translation>
    </message>
    <message>
        <source>Alpha</source>
        <translation>Alpha</translation>
    </message>
    <message>
        <source>Invert</source>
        <translation>Umkehren</translation>
    </message>
    <message>
        <source>Black is where something happens.</source>
        <translation>Wo Schwarz ist, geschieht etwas.</translation>
    </message>
    <message>
        <source>Grow</source>
        <translation>Ausdehnen</translation>
    </message>
    <message>
        <source>Radius of the disc by which white grows, in pixels of the clip; below 0 white shrinks.</source>
        <translation>Radius der Scheibe, um die Weiß wächst, in Pixeln des Clips; unter 0 schrumpft Weiß.</translation>
    </message>
    <message>
        <source>px</source>
        <translation>px</translation>
    </message>
    <message>
        <source>Feather</source>
        <translation>Weiche Kante</translation>
    </message>
    <message>
        <source>Sigma of the Gaussian that softens edges, in pixels of the clip; it reaches three times as far.</source>
        <translation>Sigma der Gaußkurve, die Kanten weich macht, in Pixeln des Clips; sie reicht dreimal so weit.</translation>
    </message>
    <message>
        <source>HDR lift (LTX-2.3)</source>
        <translation>HDR-Anhebung (LTX-2.3)</translation>
    </message>
    <message>
        <source>Generative: highlights and shadows that the clip has lost are invented. Up to about 720 lines.</source>
        <translation>Generativ: Lichter und Schatten, die der Clip verloren hat, werden erfunden. Bis etwa 720 Zeilen.</translation>
    </message>
    <message>
        <source>Prompt</source>
        <translation>Prompt</translation>
    </message>
    <message>
        <source>What the clip shows; in the usual case left as it is.</source>
        <translation>Was der Clip zeigt; bleibt normalerweise, wie es ist.</translation>
    </message>
    <message>
        <source>Negative prompt</source>
        <translation>Negativer Prompt</translation>
    </message>
    <message>
        <source>What the picture is steered away from.</source>
        <translation>Wovon das Bild weggelenkt wird.</translation>
    </message>
    <message>
        <source>Frames</source>
        <translation>Bilder</translation>
    </message>
    <message>
        <source>Frames to generate. Left empty: as many as the clip has.</source>
        <translation>Zahl der Bilder, die erzeugt werden. Leer: so viele, wie der Clip hat.</translation>
    </message>
    <message>
        <source>Frame rate</source>
        <translation>Bildrate</translation>
    </message>
    <message>
        <source>Left empty: that of the clip.</source>
        <translation>Leer: die des Clips.</translation>
    </message>
    <message>
        <source>fps</source>
        <translation>B/s</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>Seed</translation>
    </message>
    <message>
        <source>The same seed gives the same picture. Left empty: by chance.</source>
        <translation>Derselbe Seed gibt dasselbe Bild. Leer: zufällig.</translation>
    </message>
    <message>
        <source>With sound</source>
        <translation>Mit Ton</translation>
    </message>
    <message>
        <source>The returned movie has sound.</source>
        <translation>Der Film, der zurückkommt, hat Ton.</translation>
    </message>
    <message>
        <source>Movie quality</source>
        <translation>Qualität des Films</translation>
    </message>
    <message>
        <source>Of the returned movie; EXR frames do not depend on it.</source>
        <translation>Des Films, der zurückkommt; EXR-Bilder hängen nicht davon ab.</translation>
    </message>
    <message>
        <source>Steps</source>
        <translation>Schritte</translation>
    </message>
    <message>
        <source>More steps take longer and refine more.</source>
        <translation>Mehr Schritte dauern länger und verfeinern mehr.</translation>
    </message>
    <message>
        <source>Guidance</source>
        <translation>Führung</translation>
    </message>
    <message>
        <source>How closely the prompt is followed.</source>
        <translation>Wie genau dem Prompt gefolgt wird.</translation>
    </message>
    <message>
        <source>Expand the prompt</source>
        <translation>Prompt ausschreiben</translation>
    </message>
    <message>
        <source>The endpoint writes the prompt out before using it.</source>
        <translation>Der Endpunkt schreibt den Prompt aus, bevor er ihn verwendet.</translation>
    </message>
    <message>
        <source>Safety checker</source>
        <translation>Sicherheitsprüfung</translation>
    </message>
    <message>
        <source>The endpoint refuses what it takes for unsafe.</source>
        <translation>Der Endpunkt lehnt ab, was er für bedenklich hält.</translation>
    </message>
    <message>
        <source>Movie encoding</source>
        <translation>Kodierung des Films</translation>
    </message>
    <message>
        <source>How the returned movie is written.</source>
        <translation>Wie der Film, der zurückkommt, geschrieben wird.</translation>
    </message>
    <message>
        <source>Answer in one piece</source>
        <translation>Antwort in einem Stück</translation>
    </message>
    <message>
        <source>The result comes inside the answer, not as a download. For short tests only.</source>
        <translation>Das Ergebnis kommt in der Antwort, nicht als Download. Nur für kurze Tests.</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Größe</translation>
    </message>
    <message>
        <source>WIDTHxHEIGHT, or one of auto, square_hd, square, portrait_4_3, portrait_16_9, landscape_4_3, landscape_16_9. Left empty: the clip&apos;s own.</source>
        <translation>BREITExHÖHE, oder eines von auto, square_hd, square, portrait_4_3, portrait_16_9, landscape_4_3, landscape_16_9. Leer: die des Clips.</translation>
    </message>
    <message>
        <source>LoRAs</source>
        <translation>LoRAs</translation>
    </message>
    <message>
        <source>Up to three sets of weights on top of LTX-2.3.</source>
        <translation>Bis zu drei Gewichtssätze zusätzlich zu LTX-2.3.</translation>
    </message>
    <message>
        <source>Weights</source>
        <translation>Gewichte</translation>
    </message>
    <message>
        <source>Web address of a .safetensors file.</source>
        <translation>Webadresse einer .safetensors-Datei.</translation>
    </message>
    <message>
        <source>Scale</source>
        <translation>Stärke</translation>
    </message>
    <message>
        <source>How strongly they count.</source>
        <translation>Wie stark sie zählen.</translation>
    </message>
    <message>
        <source>Applied to</source>
        <translation>Angewandt auf</translation>
    </message>
    <message>
        <source>As in fal&apos;s examples: both.</source>
        <translation>Wie in den Beispielen von fal: both.</translation>
    </message>
    <message>
        <source>Inpaint (LTX-2.3)</source>
        <translation>Inpainting (LTX-2.3)</translation>
    </message>
    <message>
        <source>Generative: what the mask shows white is made anew.</source>
        <translation>Generativ: Was die Maske weiß zeigt, wird neu gemacht.</translation>
    </message>
    <message>
        <source>What is to be where the mask is white.</source>
        <translation>Was dort sein soll, wo die Maske weiß ist.</translation>
    </message>
    <message>
        <source>Hold on to the clip</source>
        <translation>Am Clip festhalten</translation>
    </message>
    <message>
        <source>How strongly the kept part guides what is made.</source>
        <translation>Wie stark der erhaltene Teil das Neue führt.</translation>
    </message>
    <message>
        <source>Reference video to video (LTX-2.3)</source>
        <translation>Video nach Referenzvideo (LTX-2.3)</translation>
    </message>
    <message>
        <source>Generative: a new clip with the motion and structure of this one.</source>
        <translation>Generativ: ein neuer Clip mit Bewegung und Aufbau von diesem.</translation>
    </message>
    <message>
        <source>What the new clip shows.</source>
        <translation>Was der neue Clip zeigt.</translation>
    </message>
    <message>
        <source>Reference image</source>
        <translation>Referenzbild</translation>
    </message>
    <message>
        <source>A picture for style and characters: a file or an address.</source>
        <translation>Ein Bild für Stil und Figuren: Datei oder Adresse.</translation>
    </message>
    <message>
        <source>Lower values leave its motion and structure more freely.</source>
        <translation>Kleinere Werte lösen sich freier von Bewegung und Aufbau.</translation>
    </message>
    <message>
        <source>WIDTHxHEIGHT, or one of auto, square_hd, square, portrait_4_3, portrait_16_9, landscape_4_3, landscape_16_9. Left empty: the clip&apos;s own. auto is small.</source>
        <translation>BREITExHÖHE, oder eines von auto, square_hd, square, portrait_4_3, portrait_16_9, landscape_4_3, landscape_16_9. Leer: die des Clips. auto ist klein.</translation>
    </message>
    <message>
        <source>Control video</source>
        <translation>Steuervideo</translation>
    </message>
    <message>
        <source>Guides the structure in the clip&apos;s place.</source>
        <translation>Führt den Aufbau anstelle des Clips.</translation>
    </message>
    <message>
        <source>Control video is ready</source>
        <translation>Steuervideo ist fertig</translation>
    </message>
    <message>
        <source>It is used as it is.</source>
        <translation>Es wird verwendet, wie es ist.</translation>
    </message>
    <message>
        <source>Preserve the original</source>
        <translation>Original erhalten</translation>
    </message>
    <message>
        <source>Control strength</source>
        <translation>Stärke der Steuerung</translation>
    </message>
    <message>
        <source>Middle image</source>
        <translation>Bild der Mitte</translation>
    </message>
    <message>
        <source>What the middle looks like.</source>
        <translation>Wie die Mitte aussieht.</translation>
    </message>
    <message>
        <source>Last image</source>
        <translation>Letztes Bild</translation>
    </message>
    <message>
        <source>What the end looks like.</source>
        <translation>Wie das Ende aussieht.</translation>
    </message>
    <message>
        <source>Audio to video (LTX-2.3)</source>
        <translation>Video zu Ton (LTX-2.3)</translation>
    </message>
    <message>
        <source>Generative: a new clip that goes with the sound of this one.</source>
        <translation>Generativ: ein neuer Clip, der zum Ton von diesem passt.</translation>
    </message>
    <message>
        <source>First image</source>
        <translation>Erstes Bild</translation>
    </message>
    <message>
        <source>What the first frame looks like: a file or an address.</source>
        <translation>Wie das erste Bild aussieht: Datei oder Adresse.</translation>
    </message>
    <message>
        <source>As long as the sound</source>
        <translation>So lang wie der Ton</translation>
    </message>
    <message>
        <source>Off: as many frames as are set above.</source>
        <translation>Aus: so viele Bilder, wie oben eingestellt sind.</translation>
    </message>
    <message>
        <source>Hold on to the image</source>
        <translation>Am Bild festhalten</translation>
    </message>
    <message>
        <source>1 keeps the first image as it is.</source>
        <translation>1 lässt das erste Bild, wie es ist.</translation>
    </message>
    <message>
        <source>WIDTHxHEIGHT, or one of auto, square_hd, square, portrait_4_3, portrait_16_9, landscape_4_3, landscape_16_9. Left empty: as the endpoint chooses.</source>
        <translation>BREITExHÖHE, oder eines von auto, square_hd, square, portrait_4_3, portrait_16_9, landscape_4_3, landscape_16_9. Leer: wie der Endpunkt wählt.</translation>
    </message>
    <message>
        <source>HDR lift (LTX-2.5)</source>
        <translation>HDR-Anhebung (LTX-2.5)</translation>
    </message>
    <message>
        <source>Generative: half-float EXR in ACEScg, ACEScct, linear sRGB or ACES2065-1, up to DCI 4K.</source>
        <translation>Generativ: EXR mit halber Genauigkeit in ACEScg, ACEScct, linearem sRGB oder ACES2065-1, bis DCI 4K.</translation>
    </message>
    <message>
        <source>It is known to take a clip of up to 161 frames (129 at 4K) without a prompt. The names of its settings, its price and the form of its answer are not, so nothing is sent to it yet.</source>
        <translation>Bekannt ist, dass es einen Clip von bis zu 161 Bildern (129 in 4K) ohne Prompt nimmt. Die Namen seiner Einstellungen, sein Preis und die Form seiner Antwort sind es nicht; darum wird noch nichts dorthin gesendet.</translation>
    </message>
    <message>
        <source>HDR lift (LTX-2.3 by way of Oxen)</source>
        <translation>HDR-Anhebung (LTX-2.3 über Oxen)</translation>
    </message>
    <message>
        <source>auto: the clip&apos;s own shape.</source>
        <translation>auto: die Form des Clips.</translation>
    </message>
    <message>
        <source>Repository</source>
        <translation>Repository</translation>
    </message>
    <message>
        <source>NAMESPACE/NAME at Oxen that clips are put into. Left empty: short clips travel in the request.</source>
        <translation>NAMENSRAUM/NAME bei Oxen, wohin Clips gelegt werden. Leer: Kurze Clips reisen in der Anfrage.</translation>
    </message>
    <message>
        <source>Wait in one call</source>
        <translation>In einem Aufruf warten</translation>
    </message>
    <message>
        <source>Oxen answers when it is done; should the connection break meanwhile, the result is lost.</source>
        <translation>Oxen antwortet, wenn es fertig ist; bricht die Verbindung inzwischen ab, ist das Ergebnis verloren.</translation>
    </message>
    <message>
        <source>HDR lift (LTX-2.3 in ComfyUI)</source>
        <translation>HDR-Lift (LTX-2.3 in ComfyUI)</translation>
    </message>
    <message>
        <source>Generative: highlights and shadows that the clip has lost are invented, by your own ComfyUI.</source>
        <translation>Generativ: Lichter und Schatten, die der Clip verloren hat, werden erfunden, von Ihrem eigenen ComfyUI.</translation>
    </message>
    <message>
        <source>Shorter side at most</source>
        <translation>Kürzere Seite höchstens</translation>
    </message>
    <message>
        <source>Larger clips are made smaller for the model. Left empty: the clip&apos;s own size.</source>
        <translation>Größere Clips werden für das Modell verkleinert. Leer: die Größe des Clips.</translation>
    </message>
    <message>
        <source>Decoding</source>
        <translation>Dekodieren</translation>
    </message>
    <message>
        <source>In large tiles, which needs less of the card&apos;s memory, or all at once.</source>
        <translation>In großen Kacheln, was weniger Speicher der Karte braucht, oder alles auf einmal.</translation>
    </message>
    <message>
        <source>In tiles</source>
        <translation>In Kacheln</translation>
    </message>
    <message>
        <source>At once</source>
        <translation>Auf einmal</translation>
    </message>
    <message>
        <source>Checkpoint</source>
        <translation>Checkpoint</translation>
    </message>
    <message>
        <source>Part of the name of the model file at the server. Left empty: the one of LTX-2.3 that is there.</source>
        <translation>Teil des Namens der Modelldatei auf dem Server. Leer: die von LTX-2.3, die dort liegt.</translation>
    </message>
    <message>
        <source>HDR lift on another machine</source>
        <translation>HDR-Anhebung auf einem anderen Rechner</translation>
    </message>
    <message>
        <source>low</source>
        <translation>niedrig</translation>
    </message>
    <message>
        <source>medium</source>
        <translation>mittel</translation>
    </message>
    <message>
        <source>high</source>
        <translation>hoch</translation>
    </message>
    <message>
        <source>maximum</source>
        <translation>höchste</translation>
    </message>
    <message>
        <source>fast</source>
        <translation>schnell</translation>
    </message>
    <message>
        <source>balanced</source>
        <translation>ausgewogen</translation>
    </message>
    <message>
        <source>small</source>
        <translation>klein</translation>
    </message>
    <message>
        <source>Generative: highlights and shadows that the clip has lost are invented. Any size and length.</source>
        <translation>Generativ: Lichter und Schatten, die der Clip verloren hat, werden erfunden. Jede Größe und Länge.</translation>
    </message>
    <message>
        <source>High quality</source>
        <translation>Hohe Qualität</translation>
    </message>
    <message>
        <source>Makes twice as many frames and keeps every other one: steadier, and takes twice as long.</source>
        <translation>Erzeugt doppelt so viele Bilder und behält jedes zweite: ruhiger, und dauert doppelt so lange.</translation>
    </message>
    <message>
        <source>Up to three sets of weights on top of the model.</source>
        <translation>Bis zu drei Sätze Gewichte zusätzlich zum Modell.</translation>
    </message>
    <message>
        <source>File</source>
        <translation>Datei</translation>
    </message>
    <message>
        <source>Path of a .safetensors file.</source>
        <translation>Pfad einer .safetensors-Datei.</translation>
    </message>
    <message>
        <source>How strongly it counts.</source>
        <translation>Wie stark es zählt.</translation>
    </message>
    <message>
        <source>Deepest blacks</source>
        <translation>Tiefstes Schwarz</translation>
    </message>
    <message>
        <source>The lowest codes stand for light below zero, down to -0.017.</source>
        <translation>Die niedrigsten Codes stehen für Licht unter null, bis -0,017.</translation>
    </message>
    <message>
        <source>End at zero</source>
        <translation>Bei null enden</translation>
    </message>
    <message>
        <source>Keep negative light</source>
        <translation>Negatives Licht behalten</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>Speicher</translation>
    </message>
    <message>
        <source>How the model is laid out on the card.</source>
        <translation>Wie das Modell auf der Karte verteilt wird.</translation>
    </message>
    <message>
        <source>As the card allows</source>
        <translation>Wie die Karte es erlaubt</translation>
    </message>
    <message>
        <source>All on the card, 8-bit weights</source>
        <translation>Alles auf der Karte, 8-Bit-Gewichte</translation>
    </message>
    <message>
        <source>All on the card, full precision</source>
        <translation>Alles auf der Karte, volle Genauigkeit</translation>
    </message>
    <message>
        <source>Only the layer that works is on the card</source>
        <translation>Nur die arbeitende Schicht liegt auf der Karte</translation>
    </message>
    <message>
        <source>Only what works is on the card</source>
        <translation>Nur was arbeitet, liegt auf der Karte</translation>
    </message>
    <message>
        <source>Leave out sound</source>
        <translation>Ton weglassen</translation>
    </message>
    <message>
        <source>Pictures do not listen to the model&apos;s part for sound, as in the authors&apos; own pipeline.</source>
        <translation>Die Bilder hören nicht auf den Teil des Modells für Ton, wie im Verfahren der Autoren selbst.</translation>
    </message>
    <message>
        <source>Generative: LTX-2.3 makes anew what the mask shows white; the rest is the clip&apos;s own.</source>
        <translation>Generativ: LTX-2.3 erzeugt neu, was die Maske weiß zeigt; der Rest bleibt der des Clips.</translation>
    </message>
    <message>
        <source>Longest side</source>
        <translation>Längste Seite</translation>
    </message>
    <message>
        <source>A larger clip is made smaller for the model, which knows no larger pictures.</source>
        <translation>Ein größerer Clip wird für das Modell verkleinert, das keine größeren Bilder kennt.</translation>
    </message>
    <message>
        <source>Keep the sound</source>
        <translation>Ton behalten</translation>
    </message>
    <message>
        <source>The movie has the clip&apos;s own sound; none is made.</source>
        <translation>Der Film hat den Ton des Clips; es wird keiner erzeugt.</translation>
    </message>
    <message>
        <source>What the whole picture shows, not what is to be changed. Left empty: what fits the rest.</source>
        <translation>Was das ganze Bild zeigt, nicht was geändert werden soll. Leer: was zum Rest passt.</translation>
    </message>
    <message>
        <source>Made beyond the mask</source>
        <translation>Über die Maske hinaus erzeugt</translation>
    </message>
    <message>
        <source>So far around the mask the model makes anew too, so that nothing of what was there shows it the way. It is taken from the clip again in the end.</source>
        <translation>So weit um die Maske herum erzeugt das Modell ebenfalls neu, damit ihm nichts vom Alten den Weg weist. Am Ende kommt dieser Rand wieder aus dem Clip.</translation>
    </message>
    <message>
        <source>Soft edge</source>
        <translation>Weiche Kante</translation>
    </message>
    <message>
        <source>Over so many pixels inside the mask&apos;s edge what is new fades into the clip.</source>
        <translation>Über so viele Pixel innerhalb der Maskenkante geht das Neue in den Clip über.</translation>
    </message>
    <message>
        <source>Generative: LTX-2.3 makes a new clip with the motion and structure of this one.</source>
        <translation>Generativ: LTX-2.3 erzeugt einen neuen Clip mit Bewegung und Aufbau von diesem.</translation>
    </message>
    <message>
        <source>Control picture</source>
        <translation>Steuerbild</translation>
    </message>
    <message>
        <source>What the model follows: the lines of the clip, or a clip that is already a control picture (edges, depth or pose).</source>
        <translation>Wonach sich das Modell richtet: die Linien des Clips, oder ein Clip, der bereits ein Steuerbild ist (Kanten, Tiefe oder Pose).</translation>
    </message>
    <message>
        <source>Its lines</source>
        <translation>Seine Linien</translation>
    </message>
    <message>
        <source>As it is</source>
        <translation>Wie er ist</translation>
    </message>
    <message>
        <source>A file that guides the structure in the clip&apos;s place.</source>
        <translation>Eine Datei, die anstelle des Clips den Aufbau vorgibt.</translation>
    </message>
    <message>
        <source>Lower values leave its motion and structure more freely, and need more memory.</source>
        <translation>Kleinere Werte lösen sich freier von Bewegung und Aufbau und brauchen mehr Speicher.</translation>
    </message>
    <message>
        <source>What the first frame looks like: a file.</source>
        <translation>Wie das erste Bild aussieht: eine Datei.</translation>
    </message>
    <message>
        <source>What the middle looks like: a file.</source>
        <translation>Wie die Mitte aussieht: eine Datei.</translation>
    </message>
    <message>
        <source>What the end looks like: a file.</source>
        <translation>Wie das Ende aussieht: eine Datei.</translation>
    </message>
    <message>
        <source>Hold on to the images</source>
        <translation>An den Bildern festhalten</translation>
    </message>
    <message>
        <source>1 keeps them as they are.</source>
        <translation>1 behält sie, wie sie sind.</translation>
    </message>
    <message>
        <source>diffusers 0.42 replaces the sound that it is given by noise and makes its own, so the pictures would follow another sound than the clip&apos;s.</source>
        <translation>diffusers 0.42 ersetzt den gegebenen Ton durch Rauschen und erzeugt einen eigenen; die Bilder würden einem anderen Ton folgen als dem des Clips.</translation>
    </message>
    <message>
        <source>HDR lift (LTX-2.3) on another machine</source>
        <translation>HDR-Anhebung (LTX-2.3) auf einem anderen Rechner</translation>
    </message>
    <message>
        <source>Generative: highlights and shadows that the clip has lost are invented. Any size.</source>
        <translation>Generativ: Lichter und Schatten, die der Clip verloren hat, werden erfunden. Jede Größe.</translation>
    </message>
</context>
<context>
    <name>ClipList</name>
    <message>
        <source>Clips</source>
        <translation>Clips</translation>
    </message>
</context>
<context>
    <name>ClipModel</name>
    <message>
        <source>Cannot be lifted: {reason}</source>
        <translation>Kann nicht angehoben werden: {reason}</translation>
    </message>
    <message>
        <source>Disabled</source>
        <translation>Abgeschaltet</translation>
    </message>
    <message>
        <source>{name}, track {track}, {start} to {end}</source>
        <translation>{name}, Spur {track}, {start} bis {end}</translation>
    </message>
    <message>
        <source>{name}, in {folder}</source>
        <translation>{name}, in {folder}</translation>
    </message>
    <message>
        <source>Clip</source>
        <translation>Clip</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>Ordner</translation>
    </message>
    <message>
        <source>Track</source>
        <translation>Spur</translation>
    </message>
    <message>
        <source>In</source>
        <translation>In</translation>
    </message>
    <message>
        <source>Frames</source>
        <translation>Bilder</translation>
    </message>
    <message>
        <source>Remark</source>
        <translation>Anmerkung</translation>
    </message>
</context>
<context>
    <name>Clips</name>
    <message>
        <source>This clip cannot be lifted.</source>
        <translation>Dieser Clip kann nicht angehoben werden.</translation>
    </message>
    <message>
        <source>Too long for this backend: {frames} frames of at most {most}.</source>
        <translation>Zu lang für dieses Backend: {frames} Bilder, höchstens {most}.</translation>
    </message>
    <message>
        <source>Too fast for this backend: {rate} of at most {most}. Set a frame rate.</source>
        <translation>Zu schnell für dieses Backend: {rate}, höchstens {most}. Stellen Sie eine Bildrate ein.</translation>
    </message>
    <message>
        <source>Needs a mask: white where the picture is made anew.</source>
        <translation>Braucht eine Maske: weiß, wo das Bild neu gemacht wird.</translation>
    </message>
    <message>
        <source>Needs a clip that has sound.</source>
        <translation>Braucht einen Clip mit Ton.</translation>
    </message>
    <message>
        <source>Brings no such mask along: it is worked on as a whole.</source>
        <translation>Bringt keine solche Maske mit: wird als Ganzes bearbeitet.</translation>
    </message>
    <message>
        <source>mask “{name}”</source>
        <translation>Maske „{name}“</translation>
    </message>
    <message>
        <source>alpha</source>
        <translation>Alpha</translation>
    </message>
    <message>
        <source>matte</source>
        <translation>Matte</translation>
    </message>
    <message>
        <source>mask</source>
        <translation>Maske</translation>
    </message>
    <message>
        <source>{host} renders it first.</source>
        <translation>{host} rendert ihn zuerst.</translation>
    </message>
    <message>
        <source>The clip is disabled on the timeline.</source>
        <translation>Der Clip ist auf der Timeline abgeschaltet.</translation>
    </message>
    <message>
        <source>Own settings</source>
        <translation>Eigene Einstellungen</translation>
    </message>
    <message>
        <source>Looking at the clip …</source>
        <translation>Der Clip wird angesehen …</translation>
    </message>
    <message>
        <source>No media</source>
        <translation>Keine Medien</translation>
    </message>
</context>
<context>
    <name>ClipsView</name>
    <message>
        <source>Selected clips</source>
        <translation>Ausgewählte Clips</translation>
    </message>
    <message>
        <source>Settings for this clip only</source>
        <translation>Einstellungen nur für diesen Clip</translation>
    </message>
    <message>
        <source>Give the chosen clip a look of its own</source>
        <translation>Dem gewählten Clip einen eigenen Look geben</translation>
    </message>
    <message>
        <source>Nothing is selected.</source>
        <translation>Nichts ist ausgewählt.</translation>
    </message>
</context>
<context>
    <name>Controls</name>
    <message>
        <source>Play or pause</source>
        <translation>Abspielen oder anhalten</translation>
    </message>
    <message>
        <source>Frame</source>
        <translation>Bild</translation>
    </message>
    <message>
        <source>Way to look</source>
        <translation>Art der Ansicht</translation>
    </message>
    <message>
        <source>As exposed</source>
        <translation>Wie belichtet</translation>
    </message>
    <message>
        <source>Exposed; light beyond the screen&apos;s white is cut off</source>
        <translation>Belichtet; was heller ist als das Weiß des Bildschirms, wird abgeschnitten</translation>
    </message>
    <message>
        <source>Tone-mapped</source>
        <translation>Tone-Mapping</translation>
    </message>
    <message>
        <source>Highlights rolled off as BT.2390 does, all at once</source>
        <translation>Lichter nach BT.2390 abgerollt, alle auf einmal</translation>
    </message>
    <message>
        <source>False colours</source>
        <translation>Falschfarben</translation>
    </message>
    <message>
        <source>Luminance in cd/m², whatever the exposure</source>
        <translation>Leuchtdichte in cd/m², gleich welche Belichtung</translation>
    </message>
</context>
<context>
    <name>Counts</name>
    <message numerus="yes">
        <source>%n frame(s)</source>
        <translation>
            <numerusform>%n Bild</numerusform>
            <numerusform>%n Bilder</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n clip(s)</source>
        <translation>
            <numerusform>%n Clip</numerusform>
            <numerusform>%n Clips</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n HDR clip(s)</source>
        <translation>
            <numerusform>%n HDR-Clip</numerusform>
            <numerusform>%n HDR-Clips</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n job(s) before it</source>
        <translation>
            <numerusform>%n Auftrag davor</numerusform>
            <numerusform>%n Aufträge davor</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n clip(s) left as they are: an earlier result is in place.</source>
        <translation>
            <numerusform>%n Clip bleibt, wie er ist: Ein früheres Ergebnis liegt dort.</numerusform>
            <numerusform>%n Clips bleiben, wie sie sind: Frühere Ergebnisse liegen dort.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Short for this backend: the last frame is repeated up to %n frame(s).</source>
        <translation>
            <numerusform>Kurz für dieses Backend: Das letzte Bild wird wiederholt, bis es %n Bild ist.</numerusform>
            <numerusform>Kurz für dieses Backend: Das letzte Bild wird wiederholt, bis es %n Bilder sind.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n before it at {service}</source>
        <translation>
            <numerusform>%n davor bei {service}</numerusform>
            <numerusform>%n davor bei {service}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Made in pieces, with %n seam(s)</source>
        <translation>
            <numerusform>In Stücken gemacht, mit %n Naht</numerusform>
            <numerusform>In Stücken gemacht, mit %n Nähten</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>DropVeil</name>
    <message>
        <source>Drop to open</source>
        <translation>Loslassen zum Öffnen</translation>
    </message>
</context>
<context>
    <name>EmptyPage</name>
    <message>
        <source>Drop an OTIO, FCPXML, FCP7 XML or EDL timeline here, or movies, image sequences and folders.</source>
        <translation>Eine Timeline (OTIO, FCPXML, FCP7-XML, EDL) oder Filme, Bildsequenzen und Ordner hierher ziehen.</translation>
    </message>
    <message>
        <source>Open files…</source>
        <translation>Dateien öffnen…</translation>
    </message>
    <message>
        <source>Open a folder…</source>
        <translation>Ordner öffnen…</translation>
    </message>
    <message>
        <source>Opening…</source>
        <translation>Wird geöffnet…</translation>
    </message>
    <message>
        <source>Open a timeline or clips</source>
        <translation>Eine Timeline oder Clips öffnen</translation>
    </message>
</context>
<context>
    <name>EndpointsPage</name>
    <message>
        <source>Endpoints and network</source>
        <translation>Endpunkte und Netzwerk</translation>
    </message>
    <message>
        <source>Endpoints</source>
        <translation>Endpunkte</translation>
    </message>
    <message>
        <source>Name of the endpoint</source>
        <translation>Name des Endpunkts</translation>
    </message>
    <message>
        <source>Address of the endpoint</source>
        <translation>Adresse des Endpunkts</translation>
    </message>
    <message>
        <source>Save endpoint</source>
        <translation>Endpunkt sichern</translation>
    </message>
    <message>
        <source>http://gpu-box:7878</source>
        <translation>http://gpu-box:7878</translation>
    </message>
    <message>
        <source>Address of a GPU box</source>
        <translation>Adresse einer GPU-Box</translation>
    </message>
    <message>
        <source>Add GPU box</source>
        <translation>GPU-Box hinzufügen</translation>
    </message>
    <message>
        <source>Address of a ComfyUI</source>
        <translation>Adresse eines ComfyUI</translation>
    </message>
    <message>
        <source>Add ComfyUI</source>
        <translation>ComfyUI hinzufügen</translation>
    </message>
    <message>
        <source>Remove endpoint</source>
        <translation>Endpunkt entfernen</translation>
    </message>
    <message>
        <source>Key</source>
        <translation>Schlüssel</translation>
    </message>
    <message>
        <source>Save key</source>
        <translation>Schlüssel sichern</translation>
    </message>
    <message>
        <source>Remove key</source>
        <translation>Schlüssel entfernen</translation>
    </message>
    <message>
        <source>Test</source>
        <translation>Prüfen</translation>
    </message>
    <message>
        <source>as the system says</source>
        <translation>wie im System</translation>
    </message>
    <message>
        <source>Proxy</source>
        <translation>Proxy</translation>
    </message>
    <message>
        <source>Save proxy</source>
        <translation>Proxy sichern</translation>
    </message>
    <message>
        <source>Result</source>
        <translation>Ergebnis</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Name</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>Adresse</translation>
    </message>
    <message>
        <source>GPU box</source>
        <translation>GPU-Box</translation>
    </message>
    <message>
        <source>Costs</source>
        <translation>Kosten</translation>
    </message>
    <message>
        <source>Saved.</source>
        <translation>Gesichert.</translation>
    </message>
    <message>
        <source>A key is in the keyring; it ends in …{hint}.</source>
        <translation>Ein Schlüssel liegt im Schlüsselbund; er endet auf …{hint}.</translation>
    </message>
    <message>
        <source>A key is in the keyring.</source>
        <translation>Ein Schlüssel liegt im Schlüsselbund.</translation>
    </message>
    <message>
        <source>The key comes from the environment variable {name}.</source>
        <translation>Der Schlüssel kommt aus der Umgebungsvariablen {name}.</translation>
    </message>
    <message>
        <source>No key yet. It can also be given as the environment variable {name}.</source>
        <translation>Noch kein Schlüssel. Er kann auch in der Umgebungsvariablen {name} stehen.</translation>
    </message>
    <message>
        <source>Saved. Its key was for the old address and was removed.</source>
        <translation>Gesichert. Sein Schlüssel galt der alten Adresse und wurde entfernt.</translation>
    </message>
    <message>
        <source>Saved. The key in {name} is sent to the new address from now on.</source>
        <translation>Gesichert. Der Schlüssel in {name} wird von jetzt an an die neue Adresse gesendet.</translation>
    </message>
    <message>
        <source>Testing …</source>
        <translation>Wird geprüft …</translation>
    </message>
</context>
<context>
    <name>Exposure</name>
    <message>
        <source>Exposure</source>
        <translation>Belichtung</translation>
    </message>
    <message>
        <source>Exposure of the view, to see into highlights; a double click resets it</source>
        <translation>Belichtung der Ansicht, um in die Lichter zu sehen; ein Doppelklick stellt sie zurück</translation>
    </message>
    <message>
        <source> stops</source>
        <translation> Blenden</translation>
    </message>
    <message>
        <source>Exposure in stops</source>
        <translation>Belichtung in Blenden</translation>
    </message>
</context>
<context>
    <name>Field</name>
    <message>
        <source>Not set</source>
        <translation>Nicht gesetzt</translation>
    </message>
    <message>
        <source>Set {name}</source>
        <translation>{name} setzen</translation>
    </message>
    <message>
        <source>This has to be filled in.</source>
        <translation>Dies muss ausgefüllt werden.</translation>
    </message>
    <message>
        <source>This is longer than {most} characters.</source>
        <translation>Dies ist länger als {most} Zeichen.</translation>
    </message>
    <message>
        <source>This is not valid JSON.</source>
        <translation>Das ist kein gültiges JSON.</translation>
    </message>
    <message>
        <source>Add</source>
        <translation>Hinzufügen</translation>
    </message>
    <message>
        <source>Add to {name}</source>
        <translation>Zu {name} hinzufügen</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>File or https://…</source>
        <translation>Datei oder https://…</translation>
    </message>
    <message>
        <source>Choose file …</source>
        <translation>Datei wählen …</translation>
    </message>
    <message>
        <source>Choose a file for {name}</source>
        <translation>Eine Datei wählen für {name}</translation>
    </message>
</context>
<context>
    <name>Files</name>
    <message>
        <source>All files (*)</source>
        <translation>Alle Dateien (*)</translation>
    </message>
    <message>
        <source>Pictures ({suffixes})</source>
        <translation>Bilder ({suffixes})</translation>
    </message>
    <message>
        <source>Movies ({suffixes})</source>
        <translation>Filme ({suffixes})</translation>
    </message>
    <message>
        <source>Sound ({suffixes})</source>
        <translation>Ton ({suffixes})</translation>
    </message>
    <message>
        <source>Masks ({suffixes})</source>
        <translation>Masken ({suffixes})</translation>
    </message>
</context>
<context>
    <name>Folder</name>
    <message>
        <source>The output folder is empty.</source>
        <translation>Der Ausgabeordner ist leer.</translation>
    </message>
    <message>
        <source>The output folder holds {name}, which means nothing here.</source>
        <translation>Der Ausgabeordner enthält {name}, was hier nichts bedeutet.</translation>
    </message>
    <message>
        <source>The output folder has a brace without its partner.</source>
        <translation>Im Ausgabeordner steht eine geschweifte Klammer ohne Gegenstück.</translation>
    </message>
    <message>
        <source>The output folder begins with the home of an unknown user.</source>
        <translation>Der Ausgabeordner beginnt mit dem Ordner eines unbekannten Benutzers.</translation>
    </message>
    <message>
        <source>The output folder must be a full path, or begin with {start}.</source>
        <translation>Der Ausgabeordner muss ein vollständiger Pfad sein oder mit {start} beginnen.</translation>
    </message>
</context>
<context>
    <name>GoBar</name>
    <message>
        <source>Import when ready</source>
        <translation>Importieren, wenn fertig</translation>
    </message>
    <message>
        <source>Put results on the timeline as soon as they are there</source>
        <translation>Ergebnisse auf die Timeline setzen, sobald sie da sind</translation>
    </message>
    <message>
        <source>Where an earlier result lies on the timeline</source>
        <translation>Wo schon ein früheres Ergebnis auf der Timeline liegt</translation>
    </message>
    <message>
        <source>onto a new track</source>
        <translation>auf eine neue Spur</translation>
    </message>
    <message>
        <source>in place of an earlier result</source>
        <translation>anstelle eines früheren Ergebnisses</translation>
    </message>
    <message>
        <source>but not over an earlier result</source>
        <translation>aber nicht über ein früheres Ergebnis</translation>
    </message>
    <message>
        <source>Lift</source>
        <translation>Anheben</translation>
    </message>
    <message>
        <source>Results stay in their folders; there is no timeline to put them on.</source>
        <translation>Ergebnisse bleiben in ihren Ordnern; keine Timeline ist offen.</translation>
    </message>
    <message>
        <source>Select clips to lift</source>
        <translation>Clips zum Anheben auswählen</translation>
    </message>
    <message>
        <source>None of the selected clips can be lifted</source>
        <translation>Keiner der gewählten Clips kann angehoben werden</translation>
    </message>
    <message numerus="yes">
        <source>Start {ready} of %n clip(s)</source>
        <translation>
            <numerusform>{ready} von %n Clip beginnen</numerusform>
            <numerusform>{ready} von %n Clips beginnen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Lift %n clip(s)</source>
        <translation>
            <numerusform>%n Clip anheben</numerusform>
            <numerusform>%n Clips anheben</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Inpaint %n clip(s)</source>
        <translation>
            <numerusform>%n Clip inpainten</numerusform>
            <numerusform>%n Clips inpainten</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Make %n clip(s) anew</source>
        <translation>
            <numerusform>%n Clip neu machen</numerusform>
            <numerusform>%n Clips neu machen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Make video for %n clip(s)</source>
        <translation>
            <numerusform>Video zu %n Clip machen</numerusform>
            <numerusform>Video zu %n Clips machen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Start %n clip(s)</source>
        <translation>
            <numerusform>%n Clip beginnen</numerusform>
            <numerusform>%n Clips beginnen</numerusform>
        </translation>
    </message>
    <message>
        <source>This will cost up to {cost}.</source>
        <translation>Das kostet bis zu {cost}.</translation>
    </message>
    <message>
        <source>What this will cost is not known.</source>
        <translation>Was das kostet, ist nicht bekannt.</translation>
    </message>
    <message>
        <source>Send</source>
        <translation>Senden</translation>
    </message>
    <message numerus="yes">
        <source>Lift {ready} of %n clip(s)</source>
        <translation>
            <numerusform>{ready} von %n Clip anheben</numerusform>
            <numerusform>{ready} von %n Clips anheben</numerusform>
        </translation>
    </message>
    <message>
        <source>{what}, {estimate}</source>
        <translation>{what}, {estimate}</translation>
    </message>
    <message>
        <source>You asked to be warned above {limit}. The limit is in the settings.</source>
        <translation>Ab {limit} soll gefragt werden. Die Grenze steht in den Einstellungen.</translation>
    </message>
</context>
<context>
    <name>Head</name>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>Take the selected clips off the list; their files stay</source>
        <translation>Die gewählten Clips aus der Liste nehmen; ihre Dateien bleiben</translation>
    </message>
    <message>
        <source>List</source>
        <translation>Liste</translation>
    </message>
    <message>
        <source>Show the clips as a list</source>
        <translation>Die Clips als Liste zeigen</translation>
    </message>
    <message>
        <source>Zoom out</source>
        <translation>Verkleinern</translation>
    </message>
    <message>
        <source>Fit</source>
        <translation>Einpassen</translation>
    </message>
    <message>
        <source>Show the whole timeline</source>
        <translation>Die ganze Timeline zeigen</translation>
    </message>
    <message>
        <source>Zoom in</source>
        <translation>Vergrößern</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Öffnen</translation>
    </message>
    <message>
        <source>Open a timeline or clips</source>
        <translation>Eine Timeline oder Clips öffnen</translation>
    </message>
    <message>
        <source>Timeline or clips…</source>
        <translation>Timeline oder Clips…</translation>
    </message>
    <message>
        <source>Folder of clips…</source>
        <translation>Ordner mit Clips…</translation>
    </message>
    <message>
        <source>Opening…</source>
        <translation>Wird geöffnet…</translation>
    </message>
    <message>
        <source>Clips</source>
        <translation>Clips</translation>
    </message>
    <message numerus="yes">
        <source>{selected} of %n clip(s)</source>
        <translation>
            <numerusform>{selected} von %n Clip</numerusform>
            <numerusform>{selected} von %n Clips</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Hops</name>
    <message>
        <source>{target}: it ends at the {hop}.</source>
        <translation>{target}: Es endet hier: {hop}.</translation>
    </message>
    <message>
        <source>{target}: everything is in order.</source>
        <translation>{target}: alles in Ordnung.</translation>
    </message>
    <message>
        <source>address</source>
        <translation>Adresse</translation>
    </message>
    <message>
        <source>proxy</source>
        <translation>Proxy</translation>
    </message>
    <message>
        <source>name server</source>
        <translation>Namensauflösung</translation>
    </message>
    <message>
        <source>connection</source>
        <translation>Verbindung</translation>
    </message>
    <message>
        <source>encryption</source>
        <translation>Verschlüsselung</translation>
    </message>
    <message>
        <source>answer</source>
        <translation>Antwort</translation>
    </message>
    <message>
        <source>key</source>
        <translation>Schlüssel</translation>
    </message>
    <message>
        <source>engine</source>
        <translation>Engine</translation>
    </message>
    <message>
        <source>card</source>
        <translation>Karte</translation>
    </message>
    <message>
        <source>weights</source>
        <translation>Gewichte</translation>
    </message>
    <message>
        <source>worker</source>
        <translation>Arbeitsprozess</translation>
    </message>
</context>
<context>
    <name>HostWindow</name>
    <message>
        <source>Superwhite for {host}</source>
        <translation>Superwhite für {host}</translation>
    </message>
</context>
<context>
    <name>ImportPage</name>
    <message>
        <source>Import and costs</source>
        <translation>Import und Kosten</translation>
    </message>
    <message>
        <source>Put results on the timeline as soon as they are ready</source>
        <translation>Ergebnisse auf die Timeline setzen, sobald sie fertig sind</translation>
    </message>
    <message>
        <source>Put the new one on a track above it</source>
        <translation>Das neue auf eine Spur darüber legen</translation>
    </message>
    <message>
        <source>Put the new one in its place</source>
        <translation>Das neue an seine Stelle setzen</translation>
    </message>
    <message>
        <source>Leave the earlier one alone</source>
        <translation>Das frühere in Ruhe lassen</translation>
    </message>
    <message>
        <source>Where an earlier result is</source>
        <translation>Wo ein früheres Ergebnis ist</translation>
    </message>
    <message>
        <source>Ask before spending more than</source>
        <translation>Fragen ab Kosten über</translation>
    </message>
</context>
<context>
    <name>Jobs</name>
    <message>
        <source>What it had not finished was removed.</source>
        <translation>Was nicht fertig war, wurde entfernt.</translation>
    </message>
    <message>
        <source>The answer to a request was lost on the way.</source>
        <translation>Die Antwort auf eine Anfrage ging unterwegs verloren.</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>Wartet</translation>
    </message>
    <message>
        <source>Ready</source>
        <translation>Fertig</translation>
    </message>
    <message>
        <source>On the timeline</source>
        <translation>Auf der Timeline</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>Gescheitert</translation>
    </message>
    <message>
        <source>Cancelled</source>
        <translation>Abgebrochen</translation>
    </message>
    <message>
        <source>Not known</source>
        <translation>Unbekannt</translation>
    </message>
    <message>
        <source>At work</source>
        <translation>In Arbeit</translation>
    </message>
    <message>
        <source>Next in line</source>
        <translation>Als Nächstes dran</translation>
    </message>
    <message>
        <source>{clip} of {file}</source>
        <translation>{clip} aus {file}</translation>
    </message>
    <message>
        <source>{frames}, {width} × {height}, {color}</source>
        <translation>{frames}, {width} × {height}, {color}</translation>
    </message>
    <message>
        <source>{what}, up to {cost}</source>
        <translation>{what}, bis zu {cost}</translation>
    </message>
    <message>
        <source>MaxCLL {peak}, MaxFALL {average}</source>
        <translation>MaxCLL {peak}, MaxFALL {average}</translation>
    </message>
    <message>
        <source>Trying again goes on with the same job there: nothing is charged twice.</source>
        <translation>Ein neuer Versuch macht dort mit demselben Auftrag weiter: Nichts wird doppelt berechnet.</translation>
    </message>
    <message>
        <source>Trying again sends it anew, and it is charged anew.</source>
        <translation>Ein neuer Versuch sendet es neu, und es wird neu berechnet.</translation>
    </message>
    <message>
        <source>Look at {service} whether it is there before you send it again.</source>
        <translation>Sehen Sie bei {service} nach, ob er dort ist, bevor Sie ihn noch einmal senden.</translation>
    </message>
    <message>
        <source>The service may still bill it.</source>
        <translation>Der Dienst kann es trotzdem berechnen.</translation>
    </message>
    <message>
        <source>{time} so far</source>
        <translation>{time} bisher</translation>
    </message>
    <message>
        <source>{passed}, {left} left</source>
        <translation>{passed}, noch {left}</translation>
    </message>
    <message>
        <source>{passed} of {whole}</source>
        <translation>{passed} von {whole}</translation>
    </message>
    <message>
        <source>Read</source>
        <translation>Lesen</translation>
    </message>
    <message>
        <source>Send</source>
        <translation>Senden</translation>
    </message>
    <message>
        <source>Queue</source>
        <translation>Schlange</translation>
    </message>
    <message>
        <source>Lift</source>
        <translation>Anheben</translation>
    </message>
    <message>
        <source>Receive</source>
        <translation>Empfangen</translation>
    </message>
    <message>
        <source>Assemble</source>
        <translation>Fügen</translation>
    </message>
    <message>
        <source>Check</source>
        <translation>Prüfen</translation>
    </message>
    <message>
        <source>Make</source>
        <translation>Machen</translation>
    </message>
    <message>
        <source>Reading the clip</source>
        <translation>Clip wird gelesen</translation>
    </message>
    <message>
        <source>Sending {done} of {total}</source>
        <translation>{done} von {total} gesendet</translation>
    </message>
    <message>
        <source>Making the movie</source>
        <translation>Der Film entsteht</translation>
    </message>
    <message>
        <source>Waiting for the service</source>
        <translation>Warten auf den Dienst</translation>
    </message>
    <message>
        <source>Next at {service}</source>
        <translation>Der nächste bei {service}</translation>
    </message>
    <message>
        <source>Lifting {done} of {total}</source>
        <translation>{done} von {total} angehoben</translation>
    </message>
    <message>
        <source>Lifting</source>
        <translation>Wird angehoben</translation>
    </message>
    <message>
        <source>Receiving {done} of {total}</source>
        <translation>{done} von {total} empfangen</translation>
    </message>
    <message>
        <source>Receiving {done}</source>
        <translation>{done} empfangen</translation>
    </message>
    <message>
        <source>Assembling {done} of {total}</source>
        <translation>{done} von {total} gefügt</translation>
    </message>
    <message>
        <source>Checking the result</source>
        <translation>Ergebnis wird geprüft</translation>
    </message>
</context>
<context>
    <name>JobsView</name>
    <message>
        <source>Starred only</source>
        <translation>Nur mit Stern</translation>
    </message>
    <message>
        <source>Cancel all</source>
        <translation>Alle abbrechen</translation>
    </message>
    <message>
        <source>Cancel every job that is not done</source>
        <translation>Jeden Auftrag abbrechen, der nicht fertig ist</translation>
    </message>
    <message>
        <source>Finish current, then stop</source>
        <translation>Laufendes beenden, dann halt</translation>
    </message>
    <message>
        <source>Let the jobs at work end, and cancel those that wait</source>
        <translation>Laufende Aufträge zu Ende bringen und wartende abbrechen</translation>
    </message>
    <message>
        <source>Search jobs</source>
        <translation>Aufträge suchen</translation>
    </message>
    <message>
        <source>Jobs</source>
        <translation>Aufträge</translation>
    </message>
    <message>
        <source>No jobs yet. What you lift is listed here, and stays when the panel is closed.</source>
        <translation>Noch keine Aufträge. Was Sie anheben, steht hier und bleibt, wenn das Fenster geschlossen wird.</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Stop the chosen jobs</source>
        <translation>Die gewählten Aufträge anhalten</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Noch einmal</translation>
    </message>
    <message>
        <source>Queue the chosen jobs again; whole frames are kept</source>
        <translation>Die gewählten Aufträge wieder einreihen; ganze Bilder bleiben</translation>
    </message>
    <message>
        <source>Send again (it may be paid twice) …</source>
        <translation>Noch einmal senden (kostet vielleicht doppelt) …</translation>
    </message>
    <message>
        <source>Send the chosen jobs anew, though the service may have them already</source>
        <translation>Die gewählten Aufträge neu senden, obwohl der Dienst sie vielleicht schon hat</translation>
    </message>
    <message>
        <source>Import</source>
        <translation>Importieren</translation>
    </message>
    <message>
        <source>Put the chosen results on the timeline, again where they were there before</source>
        <translation>Die gewählten Ergebnisse auf die Timeline setzen, auch noch einmal</translation>
    </message>
    <message>
        <source>Revert</source>
        <translation>Zurücknehmen</translation>
    </message>
    <message>
        <source>Take the chosen results off the timeline and enable their sources again</source>
        <translation>Die gewählten Ergebnisse von der Timeline nehmen und ihre Quellen wieder einschalten</translation>
    </message>
    <message>
        <source>Show in file manager</source>
        <translation>Im Dateimanager zeigen</translation>
    </message>
    <message>
        <source>Open the folder of the result</source>
        <translation>Den Ordner des Ergebnisses öffnen</translation>
    </message>
    <message>
        <source>Use these settings</source>
        <translation>Diese Einstellungen nehmen</translation>
    </message>
    <message>
        <source>Take the look of the chosen job for the next lift</source>
        <translation>Den Look des gewählten Auftrags für den nächsten nehmen</translation>
    </message>
    <message>
        <source>Star</source>
        <translation>Stern</translation>
    </message>
    <message>
        <source>Mark the chosen jobs, or unmark them</source>
        <translation>Die gewählten Aufträge markieren oder die Marke löschen</translation>
    </message>
    <message>
        <source>Tell what went wrong</source>
        <translation>Sagen, was schiefging</translation>
    </message>
    <message>
        <source>Show the whole error of the chosen job</source>
        <translation>Den ganzen Fehler des gewählten Auftrags zeigen</translation>
    </message>
    <message>
        <source>Remove from list</source>
        <translation>Aus der Liste nehmen</translation>
    </message>
    <message>
        <source>Take the chosen jobs off the list; their files stay</source>
        <translation>Die gewählten Aufträge aus der Liste nehmen; ihre Dateien bleiben</translation>
    </message>
    <message>
        <source>The service may be working on it already. Sent again, it may be paid twice.</source>
        <translation>Der Dienst arbeitet vielleicht schon daran. Noch einmal gesendet, kostet es vielleicht doppelt.</translation>
    </message>
    <message>
        <source>Look at the service&apos;s own page first, whether the job is there.</source>
        <translation>Sehen Sie zuerst auf der Seite des Dienstes nach, ob der Auftrag dort ist.</translation>
    </message>
    <message>
        <source>Send again</source>
        <translation>Noch einmal senden</translation>
    </message>
</context>
<context>
    <name>Kinds</name>
    <message>
        <source>A setting cannot be used</source>
        <translation>Eine Einstellung ist nicht brauchbar</translation>
    </message>
    <message>
        <source>This workflow is not offered here</source>
        <translation>Diesen Arbeitsgang gibt es hier nicht</translation>
    </message>
    <message>
        <source>This backend is not there</source>
        <translation>Dieses Backend ist nicht da</translation>
    </message>
    <message>
        <source>Uploading is switched off</source>
        <translation>Hochladen ist abgeschaltet</translation>
    </message>
    <message>
        <source>The keyring cannot be used</source>
        <translation>Der Schlüsselbund ist nicht benutzbar</translation>
    </message>
    <message>
        <source>The key is missing</source>
        <translation>Der Schlüssel fehlt</translation>
    </message>
    <message>
        <source>It would cost more than was allowed</source>
        <translation>Es würde mehr kosten als erlaubt</translation>
    </message>
    <message>
        <source>The licence was not accepted</source>
        <translation>Die Lizenz wurde nicht angenommen</translation>
    </message>
    <message>
        <source>The clip is not there</source>
        <translation>Der Clip ist nicht da</translation>
    </message>
    <message>
        <source>The clip is empty</source>
        <translation>Der Clip ist leer</translation>
    </message>
    <message>
        <source>The clip cannot be read</source>
        <translation>Der Clip ist nicht lesbar</translation>
    </message>
    <message>
        <source>The clip is cut off</source>
        <translation>Der Clip ist abgeschnitten</translation>
    </message>
    <message>
        <source>The clip has no picture</source>
        <translation>Der Clip hat kein Bild</translation>
    </message>
    <message>
        <source>The range is outside the clip</source>
        <translation>Der Bereich liegt außerhalb des Clips</translation>
    </message>
    <message>
        <source>Frames of the sequence are missing</source>
        <translation>In der Sequenz fehlen Bilder</translation>
    </message>
    <message>
        <source>The clip is not SDR</source>
        <translation>Der Clip ist nicht SDR</translation>
    </message>
    <message>
        <source>The output folder cannot be written</source>
        <translation>In den Ausgabeordner kann nicht geschrieben werden</translation>
    </message>
    <message>
        <source>The drive is full</source>
        <translation>Das Laufwerk ist voll</translation>
    </message>
    <message>
        <source>The result is gone</source>
        <translation>Das Ergebnis ist weg</translation>
    </message>
    <message>
        <source>The engine failed</source>
        <translation>Die Engine ist gescheitert</translation>
    </message>
    <message>
        <source>The engine went away</source>
        <translation>Die Engine ist verschwunden</translation>
    </message>
    <message>
        <source>The result did not pass its check</source>
        <translation>Das Ergebnis hat die Prüfung nicht bestanden</translation>
    </message>
    <message>
        <source>The engine is not installed</source>
        <translation>Die Engine ist nicht installiert</translation>
    </message>
    <message>
        <source>Weights are missing</source>
        <translation>Gewichte fehlen</translation>
    </message>
    <message>
        <source>Weights are damaged</source>
        <translation>Gewichte sind beschädigt</translation>
    </message>
    <message>
        <source>Weights do not belong together</source>
        <translation>Gewichte gehören nicht zusammen</translation>
    </message>
    <message>
        <source>No GPU can be used</source>
        <translation>Keine GPU ist nutzbar</translation>
    </message>
    <message>
        <source>The GPU has too little memory</source>
        <translation>Die GPU hat zu wenig Speicher</translation>
    </message>
    <message>
        <source>The GPU stopped answering</source>
        <translation>Die GPU antwortet nicht mehr</translation>
    </message>
    <message>
        <source>The bridge cannot be reached</source>
        <translation>Die Brücke ist nicht erreichbar</translation>
    </message>
    <message>
        <source>Another bridge is running</source>
        <translation>Eine andere Brücke läuft</translation>
    </message>
    <message>
        <source>The bridge went away</source>
        <translation>Die Brücke ist verschwunden</translation>
    </message>
    <message>
        <source>The bridge did not accept the panel</source>
        <translation>Die Brücke hat das Fenster nicht anerkannt</translation>
    </message>
    <message>
        <source>The job is not known any more</source>
        <translation>Der Auftrag ist nicht mehr bekannt</translation>
    </message>
    <message>
        <source>The job cannot do that now</source>
        <translation>Der Auftrag kann das jetzt nicht</translation>
    </message>
    <message>
        <source>The job was interrupted</source>
        <translation>Der Auftrag wurde unterbrochen</translation>
    </message>
    <message>
        <source>The timeline cannot be read</source>
        <translation>Die Timeline ist nicht lesbar</translation>
    </message>
    <message>
        <source>The timeline cannot carry this</source>
        <translation>Die Timeline kann das nicht tragen</translation>
    </message>
    <message>
        <source>The clip is not on the timeline</source>
        <translation>Der Clip ist nicht auf der Timeline</translation>
    </message>
    <message>
        <source>The application cannot do this</source>
        <translation>Das Programm kann das nicht</translation>
    </message>
    <message>
        <source>The application refused</source>
        <translation>Das Programm hat abgelehnt</translation>
    </message>
    <message>
        <source>The application does not answer</source>
        <translation>Das Programm antwortet nicht</translation>
    </message>
    <message>
        <source>The application is busy</source>
        <translation>Die Anwendung ist beschäftigt</translation>
    </message>
    <message>
        <source>The service cannot be reached</source>
        <translation>Der Dienst ist nicht zu erreichen</translation>
    </message>
    <message>
        <source>The service does not accept the key</source>
        <translation>Der Dienst nimmt den Schlüssel nicht an</translation>
    </message>
    <message>
        <source>The service refused the job</source>
        <translation>Der Dienst hat den Auftrag abgelehnt</translation>
    </message>
    <message>
        <source>The service failed at the job</source>
        <translation>Der Dienst ist an dem Auftrag gescheitert</translation>
    </message>
    <message>
        <source>The answer of the service was lost</source>
        <translation>Die Antwort des Dienstes ging verloren</translation>
    </message>
    <message>
        <source>The result of the service cannot be used</source>
        <translation>Das Ergebnis des Dienstes ist nicht brauchbar</translation>
    </message>
    <message>
        <source>The service keeps the result no longer</source>
        <translation>Der Dienst hat das Ergebnis nicht mehr</translation>
    </message>
    <message>
        <source>This address is not allowed</source>
        <translation>Diese Adresse ist nicht erlaubt</translation>
    </message>
    <message>
        <source>The hub gives the weights to members only</source>
        <translation>Der Hub gibt die Gewichte nur an Mitglieder</translation>
    </message>
    <message>
        <source>A defect in Superwhite</source>
        <translation>Ein Fehler in Superwhite</translation>
    </message>
    <message>
        <source>The job was cancelled</source>
        <translation>Der Auftrag wurde abgebrochen</translation>
    </message>
</context>
<context>
    <name>Legend</name>
    <message>
        <source>False colours</source>
        <translation>Falschfarben</translation>
    </message>
</context>
<context>
    <name>LookForm</name>
    <message>
        <source>What is seldom changed</source>
        <translation>Was selten geändert wird</translation>
    </message>
    <message>
        <source>Back to the default</source>
        <translation>Zurück zur Vorgabe</translation>
    </message>
    <message>
        <source>Reset {name}</source>
        <translation>{name} zurücksetzen</translation>
    </message>
    <message numerus="yes">
        <source>More (%n changed)</source>
        <translation>
            <numerusform>Mehr (%n geändert)</numerusform>
            <numerusform>Mehr (%n geändert)</numerusform>
        </translation>
    </message>
    <message>
        <source>More</source>
        <translation>Mehr</translation>
    </message>
</context>
<context>
    <name>LookPanel</name>
    <message>
        <source>Never upload</source>
        <translation>Nie hochladen</translation>
    </message>
    <message>
        <source>Nothing leaves this machine, whoever asks for it; the bridge sees to it</source>
        <translation>Nichts verlässt diesen Rechner, wer auch fragt; dafür sorgt die Brücke</translation>
    </message>
    <message>
        <source>Then lift it to HDR</source>
        <translation>Danach zu HDR anheben</translation>
    </message>
    <message>
        <source>The movie that comes back is lifted on this machine, at no cost</source>
        <translation>Der Film, der zurückkommt, wird auf diesem Rechner angehoben, ohne Kosten</translation>
    </message>
    <message>
        <source>Only for “{clip}”</source>
        <translation>Nur für „{clip}“</translation>
    </message>
    <message>
        <source>Remove these settings</source>
        <translation>Diese Einstellungen entfernen</translation>
    </message>
    <message>
        <source>Back to the settings for all clips</source>
        <translation>Zurück zu den Einstellungen für alle Clips</translation>
    </message>
    <message>
        <source>Use for all clips</source>
        <translation>Für alle Clips verwenden</translation>
    </message>
    <message>
        <source>Make these the settings for all clips that have none of their own</source>
        <translation>Diese Einstellungen gelten dann für alle Clips ohne eigene</translation>
    </message>
    <message>
        <source>Left out, because this backend cannot take it: {names}</source>
        <translation>Weggelassen, weil dieses Backend es nicht kennt: {names}</translation>
    </message>
    <message>
        <source>Ready</source>
        <translation>Bereit</translation>
    </message>
    <message>
        <source>Not ready</source>
        <translation>Nicht bereit</translation>
    </message>
    <message>
        <source>Needs a key</source>
        <translation>Braucht einen Schlüssel</translation>
    </message>
    <message>
        <source>Unreachable</source>
        <translation>Nicht erreichbar</translation>
    </message>
    <message>
        <source>Not allowed: “never upload” is on</source>
        <translation>Nicht erlaubt: „Nie hochladen“ ist an</translation>
    </message>
    <message>
        <source>What it costs is not known.</source>
        <translation>Was es kostet, ist nicht bekannt.</translation>
    </message>
    <message>
        <source>Costs nothing.</source>
        <translation>Kostet nichts.</translation>
    </message>
    <message>
        <source>${price} per megapixel of video.</source>
        <translation>{price} $ je Megapixel Video.</translation>
    </message>
</context>
<context>
    <name>MaskChoice</name>
    <message>
        <source>Mask</source>
        <translation>Maske</translation>
    </message>
    <message>
        <source>A movie, an image sequence or a picture: white where something is to happen, as large as the clip</source>
        <translation>Ein Film, eine Bildfolge oder ein Bild: weiß, wo etwas geschehen soll, so groß wie der Clip</translation>
    </message>
    <message>
        <source>Mask of “{clip}”</source>
        <translation>Maske von „{clip}“</translation>
    </message>
    <message>
        <source>Choose a mask</source>
        <translation>Maske wählen</translation>
    </message>
    <message>
        <source>No mask</source>
        <translation>Keine Maske</translation>
    </message>
    <message>
        <source>Choose a file …</source>
        <translation>Datei wählen …</translation>
    </message>
    <message>
        <source>Each clip&apos;s own: {kind}</source>
        <translation>Je Clip die eigene: {kind}</translation>
    </message>
    <message>
        <source>Mask of all clips. Choose one in the list to give it another.</source>
        <translation>Maske aller Clips. Wählen Sie einen in der Liste, um ihm eine andere zu geben.</translation>
    </message>
    <message>
        <source>Mask: choose a clip in the list to give it one.</source>
        <translation>Maske: Wählen Sie einen Clip in der Liste, um ihm eine zu geben.</translation>
    </message>
</context>
<context>
    <name>ModelsPage</name>
    <message>
        <source>Local GPU</source>
        <translation>Lokale GPU</translation>
    </message>
    <message>
        <source>where this system keeps data</source>
        <translation>wo dieses System Daten ablegt</translation>
    </message>
    <message>
        <source>Folder for models</source>
        <translation>Ordner für Modelle</translation>
    </message>
    <message>
        <source>Choose …</source>
        <translation>Wählen …</translation>
    </message>
    <message>
        <source>Save folder</source>
        <translation>Ordner sichern</translation>
    </message>
    <message>
        <source>The weights of a model take many gigabytes. {command} in a terminal shows their licence and fetches them. Weights in another folder stay there.</source>
        <translation>Die Gewichte eines Modells belegen viele Gigabyte. {command} zeigt in einem Terminal ihre Lizenz und lädt sie. Gewichte in einem anderen Ordner bleiben dort.</translation>
    </message>
    <message>
        <source>Result</source>
        <translation>Ergebnis</translation>
    </message>
    <message>
        <source>Saved.</source>
        <translation>Gesichert.</translation>
    </message>
</context>
<context>
    <name>Notice</name>
    <message>
        <source>What to do about it</source>
        <translation>Was zu tun ist</translation>
    </message>
    <message>
        <source>Dismiss</source>
        <translation>Schließen</translation>
    </message>
</context>
<context>
    <name>OutputPage</name>
    <message>
        <source>Output</source>
        <translation>Ausgabe</translation>
    </message>
    <message>
        <source>Linear Rec.709</source>
        <translation>Linear Rec.709</translation>
    </message>
    <message>
        <source>Linear Rec.2020</source>
        <translation>Linear Rec.2020</translation>
    </message>
    <message>
        <source>ACEScg</source>
        <translation>ACEScg</translation>
    </message>
    <message>
        <source>ACES2065-1 (SMPTE ST 2065-4)</source>
        <translation>ACES2065-1 (SMPTE ST 2065-4)</translation>
    </message>
    <message>
        <source>203 cd/m²: HDR reference white of BT.2408</source>
        <translation>203 cd/m²: HDR-Referenzweiß nach BT.2408</translation>
    </message>
    <message>
        <source>100 cd/m²: where the project counts so (ACES, Resolve without 203 nits)</source>
        <translation>100 cd/m²: wenn das Projekt so zählt (ACES, Resolve ohne 203 Nits)</translation>
    </message>
    <message>
        <source>Best for the colour space (PIZ, or none)</source>
        <translation>Passend zum Farbraum (PIZ oder keine)</translation>
    </message>
    <message>
        <source>PIZ, lossless: the fastest and smallest here</source>
        <translation>PIZ, verlustfrei: hier am schnellsten und kleinsten</translation>
    </message>
    <message>
        <source>ZIPS, lossless: what Nuke reads best</source>
        <translation>ZIPS, verlustfrei: das liest Nuke am besten</translation>
    </message>
    <message>
        <source>ZIP, lossless</source>
        <translation>ZIP, verlustfrei</translation>
    </message>
    <message>
        <source>DWAA, lossy</source>
        <translation>DWAA, verlustbehaftet</translation>
    </message>
    <message>
        <source>DWAB, lossy</source>
        <translation>DWAB, verlustbehaftet</translation>
    </message>
    <message>
        <source>None</source>
        <translation>Keine</translation>
    </message>
    <message>
        <source>Also an HDR10 movie (HEVC, BT.2020 PQ)</source>
        <translation>Dazu ein HDR10-Film (HEVC, BT.2020 PQ)</translation>
    </message>
    <message>
        <source> frames</source>
        <translation> Bilder</translation>
    </message>
    <message>
        <source>As the system</source>
        <translation>Wie das System</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>Ordner</translation>
    </message>
    <message>
        <source>Colour space</source>
        <translation>Farbraum</translation>
    </message>
    <message>
        <source>RGB 1.0 is</source>
        <translation>RGB 1,0 ist</translation>
    </message>
    <message>
        <source>Compression</source>
        <translation>Kompression</translation>
    </message>
    <message>
        <source>Handles of timeline clips</source>
        <translation>Handles der Timeline-Clips</translation>
    </message>
    <message>
        <source>Language, from the next start</source>
        <translation>Sprache, ab dem nächsten Start</translation>
    </message>
    <message>
        <source>Output folder</source>
        <translation>Ausgabeordner</translation>
    </message>
    <message>
        <source>{project} is the folder of the timeline or clip, {clip} its name, {date} today</source>
        <translation>{project} ist der Ordner der Timeline oder des Clips, {clip} sein Name, {date} heute</translation>
    </message>
    <message>
        <source>For instance: {folder}</source>
        <translation>Zum Beispiel: {folder}</translation>
    </message>
</context>
<context>
    <name>Panel</name>
    <message>
        <source>Open</source>
        <translation>Öffnen</translation>
    </message>
    <message>
        <source>Selected clips</source>
        <translation>Ausgewählte Clips</translation>
    </message>
    <message>
        <source>Viewer</source>
        <translation>Ansicht</translation>
    </message>
    <message>
        <source>Jobs</source>
        <translation>Aufträge</translation>
    </message>
    <message>
        <source>Backend and look</source>
        <translation>Backend und Look</translation>
    </message>
    <message>
        <source>Start with the selected clips</source>
        <translation>Mit den ausgewählten Clips beginnen</translation>
    </message>
    <message>
        <source>Settings …</source>
        <translation>Einstellungen …</translation>
    </message>
    <message>
        <source>Search jobs</source>
        <translation>Aufträge suchen</translation>
    </message>
    <message>
        <source>Go to the clips</source>
        <translation>Zu den Clips</translation>
    </message>
    <message>
        <source>Go to backend and look</source>
        <translation>Zu Backend und Look</translation>
    </message>
    <message>
        <source>Go to the viewer</source>
        <translation>Zur Ansicht</translation>
    </message>
    <message>
        <source>Go to the jobs</source>
        <translation>Zu den Aufträgen</translation>
    </message>
    <message>
        <source>{sentence} Trying to reach it again. Jobs are kept; {remedy}</source>
        <translation>{sentence} Es wird weiter versucht. Aufträge bleiben erhalten; {remedy}</translation>
    </message>
    <message>
        <source>The application</source>
        <translation>Die Anwendung</translation>
    </message>
    <message>
        <source>{host} has gone. Jobs go on without it; import their results when it is back.</source>
        <translation>{host} wurde beendet. Die Aufträge laufen weiter; importieren Sie die Ergebnisse, wenn die Anwendung wieder da ist.</translation>
    </message>
    <message>
        <source>{host} is busy. The selection is read again when it has time.</source>
        <translation>{host} ist beschäftigt. Die Auswahl wird wieder gelesen, sobald Zeit dafür ist.</translation>
    </message>
    <message>
        <source>Stops when {host} has rendered “{clip}”, which is not used.</source>
        <translation>Endet, wenn {host} „{clip}“ gerendert hat; verwendet wird das nicht.</translation>
    </message>
    <message>
        <source>{host} renders “{clip}” first, {place} of {total}.</source>
        <translation>{host} rendert zuerst „{clip}“, {place} von {total}.</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>Revert</source>
        <translation>Zurücknehmen</translation>
    </message>
</context>
<context>
    <name>PanelWindow</name>
    <message>
        <source>Welcome</source>
        <translation>Willkommen</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>Beenden</translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation>&amp;Datei</translation>
    </message>
    <message>
        <source>&amp;Lift</source>
        <translation>An&amp;heben</translation>
    </message>
    <message>
        <source>&amp;Jobs</source>
        <translation>&amp;Aufträge</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>A&amp;nsicht</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>&amp;Hilfe</translation>
    </message>
</context>
<context>
    <name>Plan</name>
    <message>
        <source>{service} is not ready</source>
        <translation>{service} ist nicht bereit</translation>
    </message>
    <message>
        <source>{workflow} cannot be used yet</source>
        <translation>{workflow} ist noch nicht verwendbar</translation>
    </message>
    <message>
        <source>“Never upload” is on</source>
        <translation>„Nie hochladen“ ist eingeschaltet</translation>
    </message>
    <message>
        <source>{service} needs a key</source>
        <translation>{service} braucht einen Schlüssel</translation>
    </message>
    <message>
        <source>“{setting}” has to be filled in</source>
        <translation>„{setting}“ muss ausgefüllt werden</translation>
    </message>
    <message>
        <source>What it costs is not known, and you allow at most {limit} per job</source>
        <translation>Was es kostet, ist nicht bekannt, und Sie erlauben höchstens {limit} je Auftrag</translation>
    </message>
    <message>
        <source>{cost} for a clip is more than the {limit} that you allow</source>
        <translation>{cost} für einen Clip ist mehr als die {limit}, die Sie erlauben</translation>
    </message>
</context>
<context>
    <name>PresetBar</name>
    <message>
        <source>Preset</source>
        <translation>Vorlage</translation>
    </message>
    <message>
        <source>Own settings</source>
        <translation>Eigene Einstellungen</translation>
    </message>
    <message>
        <source>Save as …</source>
        <translation>Sichern als …</translation>
    </message>
    <message>
        <source>Keep these settings under a name</source>
        <translation>Diese Einstellungen unter einem Namen behalten</translation>
    </message>
    <message>
        <source>Rename …</source>
        <translation>Umbenennen …</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Löschen</translation>
    </message>
    <message>
        <source>Name of the preset</source>
        <translation>Name der Vorlage</translation>
    </message>
    <message>
        <source>“{name}” comes along with Superwhite. Another name:</source>
        <translation>„{name}“ gehört zu Superwhite. Ein anderer Name:</translation>
    </message>
    <message>
        <source>Name of the preset:</source>
        <translation>Name der Vorlage:</translation>
    </message>
</context>
<context>
    <name>Presets</name>
    <message>
        <source>Natural</source>
        <translation>Natürlich</translation>
    </message>
    <message>
        <source>Restrained</source>
        <translation>Zurückhaltend</translation>
    </message>
    <message>
        <source>Recover highlights</source>
        <translation>Lichter zurückholen</translation>
    </message>
    <message>
        <source>Graphics and screen captures</source>
        <translation>Grafik und Bildschirmaufnahmen</translation>
    </message>
</context>
<context>
    <name>Problem</name>
    <message>
        <source>Copy report</source>
        <translation>Bericht kopieren</translation>
    </message>
    <message>
        <source>Help</source>
        <translation>Hilfe</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>Einzelheiten</translation>
    </message>
    <message>
        <source>Copy all of it, without keys and without your name</source>
        <translation>Alles kopieren, ohne Schlüssel und ohne Ihren Namen</translation>
    </message>
    <message>
        <source>Open the page on errors</source>
        <translation>Die Seite über Fehler öffnen</translation>
    </message>
    <message>
        <source>Dismiss</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>{sentence} ({times} times)</source>
        <translation>{sentence} ({times}-mal)</translation>
    </message>
</context>
<context>
    <name>RateRow</name>
    <message>
        <source>Frame rate of the EDL</source>
        <translation>Bildrate der EDL</translation>
    </message>
    <message>
        <source>An EDL states no frame rate. Its frames are counted at</source>
        <translation>Eine EDL nennt keine Bildrate. Gezählt wird mit</translation>
    </message>
</context>
<context>
    <name>ScopesView</name>
    <message>
        <source>Waveform and histogram</source>
        <translation>Waveform und Histogramm</translation>
    </message>
    <message>
        <source>Peak {peak} cd/m², average {average} cd/m²</source>
        <translation>Spitze {peak} cd/m², Mittel {average} cd/m²</translation>
    </message>
</context>
<context>
    <name>SettingsDialog</name>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>Pages</source>
        <translation>Seiten</translation>
    </message>
</context>
<context>
    <name>SpendLimit</name>
    <message>
        <source>Never more than</source>
        <translation>Nie mehr als</translation>
    </message>
    <message>
        <source>A job that would cost more is not sent, whoever asks for it</source>
        <translation>Ein Auftrag, der mehr kosten würde, wird nicht gesendet, wer immer ihn stellt</translation>
    </message>
    <message>
        <source>The most that a job may cost</source>
        <translation>Was ein Auftrag höchstens kosten darf</translation>
    </message>
    <message>
        <source>Save limit</source>
        <translation>Grenze sichern</translation>
    </message>
    <message>
        <source>per job</source>
        <translation>je Auftrag</translation>
    </message>
</context>
<context>
    <name>StandaloneBrowser</name>
    <message>
        <source>Reload</source>
        <translation>Neu laden</translation>
    </message>
    <message>
        <source>Open a timeline or clips</source>
        <translation>Eine Timeline oder Clips öffnen</translation>
    </message>
    <message>
        <source>Timelines and clips ({suffixes})</source>
        <translation>Timelines und Clips ({suffixes})</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>Alle Dateien (*)</translation>
    </message>
    <message>
        <source>Open a folder of clips</source>
        <translation>Einen Ordner mit Clips öffnen</translation>
    </message>
    <message>
        <source>The timeline has changed.</source>
        <translation>Die Timeline hat sich geändert.</translation>
    </message>
</context>
<context>
    <name>StandaloneHost</name>
    <message>
        <source>Timeline files</source>
        <translation>Timeline-Dateien</translation>
    </message>
    <message>
        <source>These clips lie on no timeline, so there is nothing to place them on.</source>
        <translation>Diese Clips liegen auf keiner Timeline, also gibt es nichts, worauf sie zu setzen wären.</translation>
    </message>
    <message>
        <source>Nothing was left to revert.</source>
        <translation>Es gab nichts mehr zurückzunehmen.</translation>
    </message>
    <message>
        <source>A timeline file cannot be rendered here.</source>
        <translation>Eine Timeline-Datei kann hier nicht gerendert werden.</translation>
    </message>
    <message>
        <source>Render the clip in your editing application, and open the result.</source>
        <translation>Rendern Sie den Clip in Ihrem Schnittprogramm und öffnen Sie das Ergebnis.</translation>
    </message>
    <message>
        <source>The lift of “{name}” is not finished, so it cannot be placed.</source>
        <translation>„{name}“ ist nicht fertig und kann nicht gesetzt werden.</translation>
    </message>
    <message>
        <source>Wait for it, or retry it, then import again.</source>
        <translation>Warten Sie darauf oder wiederholen Sie es, dann importieren Sie noch einmal.</translation>
    </message>
    <message>
        <source>Drag the result from its folder onto your timeline.</source>
        <translation>Ziehen Sie das Ergebnis aus seinem Ordner auf Ihre Timeline.</translation>
    </message>
    <message>
        <source>“{name}” is not where it was written.</source>
        <translation>„{name}“ ist nicht, wo es geschrieben wurde.</translation>
    </message>
    <message>
        <source>Reconnect the drive, or lift the clip again.</source>
        <translation>Verbinden Sie das Laufwerk oder heben Sie den Clip noch einmal an.</translation>
    </message>
    <message>
        <source>The timeline file was gone already.</source>
        <translation>Die Timeline-Datei war schon weg.</translation>
    </message>
    <message>
        <source>“{name}” holds what is still placed.</source>
        <translation>„{name}“ enthält, was noch gesetzt ist.</translation>
    </message>
    <message>
        <source>“{clip}” is not on “{timeline}” any more as it was when it was lifted.</source>
        <translation>„{clip}“ ist nicht mehr so auf „{timeline}“ wie beim Anheben.</translation>
    </message>
    <message>
        <source>Open the timeline again and lift the clip anew.</source>
        <translation>Öffnen Sie die Timeline neu und heben Sie den Clip noch einmal an.</translation>
    </message>
    <message>
        <source>“{name}” is left out: its clip is not on the timeline any more.</source>
        <translation>„{name}“ bleibt weg: Sein Clip ist nicht mehr auf der Timeline.</translation>
    </message>
    <message>
        <source>“{name}” is on the timeline, but its media is offline.</source>
        <translation>„{name}“ liegt auf der Timeline, aber sein Medium ist offline.</translation>
    </message>
    <message>
        <source>“{name}” holds these clips already; nothing was changed.</source>
        <translation>„{name}“ enthält diese Clips schon; nichts wurde geändert.</translation>
    </message>
    <message>
        <source>The folder of the timeline cannot be written to, so “{name}” lies in {folder}. It holds {clips}: import it into your editing application.</source>
        <translation>In den Ordner der Timeline kann nicht geschrieben werden, darum liegt „{name}“ in {folder}. Darin: {clips}. Importieren Sie sie in Ihr Schnittprogramm.</translation>
    </message>
    <message>
        <source>“{name}” was written beside the timeline with {clips}: import it into your editing application.</source>
        <translation>„{name}“ wurde neben die Timeline geschrieben, darin {clips}: Importieren Sie sie in Ihr Schnittprogramm.</translation>
    </message>
    <message>
        <source>Another panel is at work on this timeline.</source>
        <translation>Ein anderes Fenster arbeitet an dieser Timeline.</translation>
    </message>
    <message>
        <source>Wait until it is done, then try again.</source>
        <translation>Warten Sie, bis es fertig ist, dann versuchen Sie es noch einmal.</translation>
    </message>
    <message>
        <source>The journal of earlier imports was damaged and has been set aside as {path}: earlier imports into this timeline cannot be reverted here.</source>
        <translation>Das Journal früherer Importe war beschädigt und liegt jetzt als {path} beiseite: Frühere Importe in diese Timeline können hier nicht zurückgenommen werden.</translation>
    </message>
    <message>
        <source>The journal of imports cannot be kept, so nothing was changed.</source>
        <translation>Das Journal der Importe kann nicht geführt werden, darum wurde nichts geändert.</translation>
    </message>
    <message>
        <source>Check that {folder} can be written to.</source>
        <translation>Prüfen Sie, ob in {folder} geschrieben werden kann.</translation>
    </message>
    <message>
        <source>A file cannot be read or written: {reason}.</source>
        <translation>Eine Datei kann nicht gelesen oder geschrieben werden: {reason}.</translation>
    </message>
    <message>
        <source>Check that the drive is connected and has space.</source>
        <translation>Prüfen Sie, ob das Laufwerk verbunden ist und Platz hat.</translation>
    </message>
    <message>
        <source>There is no file {path}.</source>
        <translation>Es gibt keine Datei {path}.</translation>
    </message>
    <message>
        <source>“{name}” is neither a timeline nor a clip that Superwhite reads.</source>
        <translation>„{name}“ ist weder eine Timeline noch ein Clip, den Superwhite liest.</translation>
    </message>
    <message>
        <source>Open a timeline (.otio, .fcpxml, .xml, .edl), a movie or a frame of an image sequence.</source>
        <translation>Öffnen Sie eine Timeline (.otio, .fcpxml, .xml, .edl), einen Film oder ein Bild einer Bildsequenz.</translation>
    </message>
    <message>
        <source>The path {path} is not valid Unicode.</source>
        <translation>Der Pfad {path} ist kein gültiges Unicode.</translation>
    </message>
    <message>
        <source>Rename the file or folder, or reach it by a link.</source>
        <translation>Benennen Sie die Datei oder den Ordner um, oder gehen Sie über eine Verknüpfung.</translation>
    </message>
    <message>
        <source>The folder {path} cannot be listed.</source>
        <translation>Der Ordner {path} kann nicht aufgelistet werden.</translation>
    </message>
    <message>
        <source>The folder “{name}” holds no movies and no image sequences.</source>
        <translation>Der Ordner „{name}“ enthält keine Filme und keine Bildsequenzen.</translation>
    </message>
    <message>
        <source>Open the folder that the clips lie in: folders inside are left out.</source>
        <translation>Öffnen Sie den Ordner, in dem die Clips liegen: Ordner darin bleiben weg.</translation>
    </message>
    <message>
        <source>A timeline is opened by itself, and {count} things were chosen.</source>
        <translation>Eine Timeline wird für sich geöffnet, gewählt wurden {count} Dinge.</translation>
    </message>
    <message>
        <source>Open one timeline, or clips without a timeline.</source>
        <translation>Öffnen Sie eine Timeline, oder Clips ohne Timeline.</translation>
    </message>
    <message>
        <source>“{name}” was changed since it was written, so it stays.</source>
        <translation>„{name}“ wurde seither geändert und bleibt darum.</translation>
    </message>
    <message>
        <source>“{name}” could not be removed: {reason}.</source>
        <translation>„{name}“ konnte nicht entfernt werden: {reason}.</translation>
    </message>
    <message>
        <source>“{name}” was removed.</source>
        <translation>„{name}“ wurde entfernt.</translation>
    </message>
</context>
<context>
    <name>Strip</name>
    <message>
        <source>Timeline</source>
        <translation>Timeline</translation>
    </message>
    <message>
        <source>Scroll through time</source>
        <translation>Durch die Zeit rollen</translation>
    </message>
    <message>
        <source>Scroll through tracks</source>
        <translation>Durch die Spuren rollen</translation>
    </message>
    <message numerus="yes">
        <source>%n clip(s) selected.</source>
        <translation>
            <numerusform>%n Clip ausgewählt.</numerusform>
            <numerusform>%n Clips ausgewählt.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Verdict</name>
    <message>
        <source>MaxCLL {peak}, MaxFALL {average}</source>
        <translation>MaxCLL {peak}, MaxFALL {average}</translation>
    </message>
    <message>
        <source>{percent} % of the pixels are brighter than reference white</source>
        <translation>{percent} % der Pixel sind heller als Referenzweiß</translation>
    </message>
    <message>
        <source>The SDR range is at most {stops} stops off in {frames} read back</source>
        <translation>Der SDR-Bereich weicht höchstens {stops} Blenden ab, geprüft an: {frames}</translation>
    </message>
    <message>
        <source>SDR range untouched: at most {stops} stops off in {frames} read back</source>
        <translation>SDR-Bereich unberührt: höchstens {stops} Blenden Abweichung, geprüft an: {frames}</translation>
    </message>
    <message>
        <source>No flicker to see: the lift changes by {stops} stops at most</source>
        <translation>Kein Flackern zu sehen: Die Anhebung ändert sich um höchstens {stops} Blenden</translation>
    </message>
    <message>
        <source>Look for flicker: the lift changes by {stops} stops between two frames</source>
        <translation>Auf Flackern achten: Die Anhebung ändert sich um {stops} Blenden zwischen zwei Bildern</translation>
    </message>
    <message>
        <source>No seams: made in one piece</source>
        <translation>Keine Nähte: in einem Stück gemacht</translation>
    </message>
</context>
<context>
    <name>Viewer</name>
    <message>
        <source>There is nothing to see of this job yet.</source>
        <translation>Von diesem Auftrag ist noch nichts zu sehen.</translation>
    </message>
    <message>
        <source>Choose a job or a clip to look at it here.</source>
        <translation>Wählen Sie einen Auftrag oder Clip, um ihn hier anzusehen.</translation>
    </message>
    <message>
        <source>Before or after</source>
        <translation>Vorher oder nachher</translation>
    </message>
    <message>
        <source>Split</source>
        <translation>Geteilt</translation>
    </message>
    <message>
        <source>Play</source>
        <translation>Abspielen</translation>
    </message>
    <message>
        <source>Previous frame</source>
        <translation>Voriges Bild</translation>
    </message>
    <message>
        <source>Next frame</source>
        <translation>Nächstes Bild</translation>
    </message>
    <message>
        <source>First frame</source>
        <translation>Erstes Bild</translation>
    </message>
    <message>
        <source>Last frame</source>
        <translation>Letztes Bild</translation>
    </message>
    <message>
        <source>Fit</source>
        <translation>Einpassen</translation>
    </message>
    <message>
        <source>Actual size</source>
        <translation>Tatsächliche Größe</translation>
    </message>
    <message>
        <source>Zoom in</source>
        <translation>Vergrößern</translation>
    </message>
    <message>
        <source>Zoom out</source>
        <translation>Verkleinern</translation>
    </message>
    <message>
        <source>Exposure up</source>
        <translation>Belichtung höher</translation>
    </message>
    <message>
        <source>Exposure down</source>
        <translation>Belichtung tiefer</translation>
    </message>
    <message>
        <source>Reset exposure</source>
        <translation>Belichtung zurücksetzen</translation>
    </message>
    <message>
        <source>As exposed</source>
        <translation>Wie belichtet</translation>
    </message>
    <message>
        <source>Tone-mapped</source>
        <translation>Tone-Mapping</translation>
    </message>
    <message>
        <source>False colours</source>
        <translation>Falschfarben</translation>
    </message>
    <message>
        <source>Scopes</source>
        <translation>Messung</translation>
    </message>
    <message>
        <source>Move the split left</source>
        <translation>Teilung nach links</translation>
    </message>
    <message>
        <source>Move the split right</source>
        <translation>Teilung nach rechts</translation>
    </message>
    <message>
        <source>Light under the pointer</source>
        <translation>Licht unter dem Zeiger</translation>
    </message>
    <message>
        <source>What was measured</source>
        <translation>Was gemessen wurde</translation>
    </message>
    <message>
        <source>Looking …</source>
        <translation>Wird geladen …</translation>
    </message>
    <message>
        <source>{number}   frame {frame} of {frames}</source>
        <translation>{number}   Bild {frame} von {frames}</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>playing {reached} of {rate}</source>
        <translation>spielt {reached} von {rate}</translation>
    </message>
    <message>
        <source>SDR</source>
        <translation>SDR</translation>
    </message>
    <message>
        <source>HDR</source>
        <translation>HDR</translation>
    </message>
</context>
<context>
    <name>Welcome</name>
    <message>
        <source>Welcome to Superwhite</source>
        <translation>Willkommen bei Superwhite</translation>
    </message>
    <message>
        <source>Where is the light to come from? You can change this at any time, or choose nothing now.</source>
        <translation>Woher soll das Licht kommen? Sie können das jederzeit ändern oder jetzt nichts wählen.</translation>
    </message>
    <message>
        <source>This machine</source>
        <translation>Dieser Rechner</translation>
    </message>
    <message>
        <source>Works at once: no key, no GPU, no download. Classical inverse tone mapping: it expands highlights, and invents no detail that was cut off.</source>
        <translation>Geht sofort: kein Schlüssel, keine GPU, kein Download. Klassisches inverses Tone-Mapping: Es dehnt die Lichter und erfindet keine abgeschnittenen Details.</translation>
    </message>
    <message>
        <source>Remote endpoint</source>
        <translation>Entfernter Endpunkt</translation>
    </message>
    <message>
        <source>Enter a key …</source>
        <translation>Schlüssel eingeben …</translation>
    </message>
    <message>
        <source>GPU box</source>
        <translation>GPU-Box</translation>
    </message>
    <message>
        <source>Superwhite on another machine in your network, started there with “superwhite serve”. Costs nothing; its token is entered as a key.</source>
        <translation>Superwhite auf einem anderen Rechner in Ihrem Netz, dort mit „superwhite serve“ gestartet. Kostet nichts; sein Token wird als Schlüssel eingegeben.</translation>
    </message>
    <message>
        <source>http://gpu-box:7878</source>
        <translation>http://gpu-box:7878</translation>
    </message>
    <message>
        <source>Address of the GPU box</source>
        <translation>Adresse der GPU-Box</translation>
    </message>
    <message>
        <source>Test and add</source>
        <translation>Prüfen und hinzufügen</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>Los</translation>
    </message>
    <message>
        <source>LTX-2.3 at fal or Oxen: generative, it invents what highlights and shadows have lost. Needs a key of yours, entered here or given as FAL_KEY or OXEN_API_KEY. Clips are sent only to what you choose.</source>
        <translation>LTX-2.3 bei fal oder Oxen: generativ, erfindet, was Lichter und Schatten verloren haben. Braucht einen Schlüssel von Ihnen, hier eingegeben oder als FAL_KEY oder OXEN_API_KEY gesetzt. Clips werden nur an das gesendet, was Sie wählen.</translation>
    </message>
    <message>
        <source>fal charges about {cost} for {frames} frames of {width} × {height}.</source>
        <translation>fal berechnet etwa {cost} für {frames} Bilder mit {width} × {height}.</translation>
    </message>
    <message>
        <source>Testing …</source>
        <translation>Wird geprüft …</translation>
    </message>
    <message>
        <source>Added.</source>
        <translation>Hinzugefügt.</translation>
    </message>
</context>
<context>
    <name>Window</name>
    <message>
        <source>Open …</source>
        <translation>Öffnen …</translation>
    </message>
    <message>
        <source>Open a folder …</source>
        <translation>Ordner öffnen …</translation>
    </message>
    <message>
        <source>Read the timeline again</source>
        <translation>Timeline neu lesen</translation>
    </message>
    <message>
        <source>Open recent</source>
        <translation>Zuletzt geöffnet</translation>
    </message>
</context>
<context>
    <name>Wording</name>
    <message>
        <source>{seconds} s</source>
        <translation>{seconds} s</translation>
    </message>
    <message>
        <source>{minutes} min {seconds} s</source>
        <translation>{minutes} min {seconds} s</translation>
    </message>
    <message>
        <source>{minutes} min</source>
        <translation>{minutes} min</translation>
    </message>
    <message>
        <source>{hours} h {minutes} min</source>
        <translation>{hours} h {minutes} min</translation>
    </message>
    <message>
        <source>{hours} h</source>
        <translation>{hours} h</translation>
    </message>
    <message>
        <source>a second</source>
        <translation>eine Sekunde</translation>
    </message>
    <message>
        <source>about {time}</source>
        <translation>etwa {time}</translation>
    </message>
    <message>
        <source>{low} to {high}</source>
        <translation>{low} bis {high}</translation>
    </message>
    <message>
        <source>less than $0.01</source>
        <translation>unter 0,01 $</translation>
    </message>
    <message>
        <source>${amount}</source>
        <translation>{amount} $</translation>
    </message>
    <message>
        <source>cost not known</source>
        <translation>Kosten nicht bekannt</translation>
    </message>
    <message>
        <source>{time}, {cost}</source>
        <translation>{time}, {cost}</translation>
    </message>
    <message>
        <source>{rate} fps</source>
        <translation>{rate} fps</translation>
    </message>
    <message>
        <source>{value} cd/m²</source>
        <translation>{value} cd/m²</translation>
    </message>
    <message>
        <source>{value} stops</source>
        <translation>{value} Blenden</translation>
    </message>
</context>
</TS>
