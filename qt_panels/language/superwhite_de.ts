<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name>AboutPage</name>
    <message>
        <source>Shortcuts</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Action</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keys</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Superwhite {version}, Apache License 2.0</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Actions</name>
    <message>
        <source> or </source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Canvas</name>
    <message>
        <source>Picture</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>SDR</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>HDR</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Capability</name>
    <message>
        <source>This machine</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Classical inverse tone mapping, not generative: it expands highlights and does not invent clipped detail.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Method</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>c4: calibrated expansion curve; bt2446a, bt2446c: the inverses of ITU-R BT.2446-1.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>BT.2446 method A</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>BT.2446 method C</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Calibrated curve (C4)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Highlight strength</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Scales the highlight gain of c4, in stops: 0 leaves SDR as it is.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Source</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>hard_clip: the source was cut off at white without a shoulder (screen captures, graphics).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Camera or film</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Graphics or screen capture</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Source display</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How codes become light: auto takes BT.1886 for video and sRGB for still images.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>As the clip says</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>BT.1886 (video)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>sRGB</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ClipList</name>
    <message>
        <source>Clips</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ClipModel</name>
    <message>
        <source>Cannot be lifted: {reason}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Disabled</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{name}, track {track}, {start} to {end}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{name}, in {folder}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Clip</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Track</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>In</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Frames</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Remark</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Clips</name>
    <message>
        <source>This clip cannot be lifted.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Too long for this backend: {frames} frames of at most {most}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The clip is disabled on the timeline.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Own settings</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Looking at the clip …</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No media</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%n frame(s)</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ClipsView</name>
    <message>
        <source>Selected clips</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Settings for this clip only</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Give the chosen clip a look of its own</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing is selected.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Controls</name>
    <message>
        <source>Play or pause</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Frame</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Way to look</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>As exposed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Exposed; light beyond the screen&apos;s white is cut off</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tone-mapped</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Highlights rolled off as BT.2390 does, all at once</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>False colours</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Luminance in cd/m², whatever the exposure</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>DropVeil</name>
    <message>
        <source>Drop to open</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>EmptyPage</name>
    <message>
        <source>Drop an OTIO, FCPXML, FCP7 XML or EDL timeline here, or movies, image sequences and folders.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open files…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open a folder…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Opening…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open a timeline or clips</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>EndpointsPage</name>
    <message>
        <source>Endpoints and network</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Endpoints</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>http://gpu-box:7878</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Address of a GPU box</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add GPU box</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Remove endpoint</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Key</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save key</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Remove key</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Test</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>as the system says</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Proxy</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save proxy</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Result</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>GPU box</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Saved.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A key is in the keyring; it ends in …{hint}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A key is in the keyring.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The key comes from the environment variable {name}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No key yet. It can also be given as the environment variable {name}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Testing …</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Exposure</name>
    <message>
        <source>Exposure</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Exposure of the view, to see into highlights; a double click resets it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source> stops</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Exposure in stops</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Field</name>
    <message>
        <source>Not set</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Set {name}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This has to be filled in.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This is not valid JSON.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>GoBar</name>
    <message>
        <source>Import when ready</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Put results on the timeline as soon as they are there</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Where an earlier result lies on the timeline</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>onto a new track</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>in place of an earlier result</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>but not over an earlier result</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Lift</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Results stay in their folders; there is no timeline to put them on.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Select clips to lift</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>None of the selected clips can be lifted</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>Lift %n clip(s)</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Lift {ready} of %n clip(s)</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>{what}, {estimate}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This will cost about {cost}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>You asked to be warned above {limit}. The limit is in the settings.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Head</name>
    <message>
        <source>Remove</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Take the selected clips off the list; their files stay</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>List</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show the clips as a list</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Zoom out</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Fit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show the whole timeline</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Zoom in</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open a timeline or clips</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Timeline or clips…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Folder of clips…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Opening…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Clips</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>{selected} of %n clip(s)</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Hops</name>
    <message>
        <source>{target}: it ends at the {hop}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{target}: everything is in order.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>address</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>proxy</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>name server</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>connection</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>encryption</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>answer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>key</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>engine</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ImportPage</name>
    <message>
        <source>Import and costs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Put results on the timeline as soon as they are ready</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Put the new one on a track above it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Put the new one in its place</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Leave the earlier one alone</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Where an earlier result is</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ask before spending more than</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Jobs</name>
    <message>
        <source>What it had not finished was removed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The answer to a request was lost on the way.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ready</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>On the timeline</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Failed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cancelled</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not known</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>At work</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Next in line</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%n job(s) before it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{clip} of {file}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>MaxCLL {peak}, MaxFALL {average}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The service may still bill it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{time} so far</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{passed}, {left} left</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{passed} of {whole}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Read</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Send</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Queue</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Lift</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Receive</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Assemble</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reading the clip</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sending {done} of {total}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Waiting for the service</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Lifting {done} of {total}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Lifting</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Receiving {done} of {total}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Receiving {done}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Assembling {done} of {total}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Checking the result</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>JobsView</name>
    <message>
        <source>Starred only</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cancel all</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cancel every job that is not done</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Finish current, then stop</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Let the jobs at work end, and cancel those that wait</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Search jobs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Jobs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No jobs yet. What you lift is listed here, and stays when the panel is closed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stop the chosen jobs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Try again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Queue the chosen jobs again; whole frames are kept</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Import</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Put the chosen results on the timeline, again where they were there before</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Revert</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Take the chosen results off the timeline and enable their sources again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show in file manager</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open the folder of the result</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Use these settings</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Take the look of the chosen job for the next lift</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Star</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Mark the chosen jobs, or unmark them</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tell what went wrong</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show the whole error of the chosen job</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Remove from list</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Take the chosen jobs off the list; their files stay</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Kinds</name>
    <message>
        <source>A setting cannot be used</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This workflow is not offered here</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This backend is not there</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Uploading is switched off</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The keyring cannot be used</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The clip is not there</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The clip is empty</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The clip cannot be read</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The clip is cut off</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The clip has no picture</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The range is outside the clip</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Frames of the sequence are missing</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The clip is not SDR</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The output folder cannot be written</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The drive is full</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The result is gone</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The engine failed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The engine went away</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The result did not pass its check</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The bridge cannot be reached</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Another bridge is running</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The bridge went away</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The bridge did not accept the panel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The job is not known any more</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The job cannot do that now</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The job was interrupted</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The timeline cannot be read</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The timeline cannot carry this</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The clip is not on the timeline</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The application cannot do this</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The application refused</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The application does not answer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A defect in Superwhite</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The job was cancelled</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Legend</name>
    <message>
        <source>False colours</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>LookForm</name>
    <message>
        <source>Back to the default</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reset {name}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>LookPanel</name>
    <message>
        <source>Backend</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Test</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Go the whole way to this backend, and say where it ends</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Never upload</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing leaves this machine, whoever asks for it; the bridge sees to it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Only for “{clip}”</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Remove these settings</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Back to the settings for all clips</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>State of the backend</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Result of the test</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Testing …</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ready</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Needs a key</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Unreachable</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not allowed: “never upload” is on</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Costs nothing.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>${price} per megapixel of video.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Notice</name>
    <message>
        <source>Put this message away</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Dismiss</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>OutputPage</name>
    <message>
        <source>Output</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Linear Rec.709</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Linear Rec.2020</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>ACEScg</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>ACES2065-1 (SMPTE ST 2065-4)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>203 cd/m²: HDR reference white of BT.2408</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>100 cd/m²: where the project counts so (ACES, Resolve without 203 nits)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Best for the colour space (PIZ, or none)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>PIZ, lossless: the fastest and smallest here</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>ZIPS, lossless: what Nuke reads best</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>ZIP, lossless</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>DWAA, lossy</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>DWAB, lossy</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>None</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Also an HDR10 movie (HEVC, BT.2020 PQ)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source> frames</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>As the system</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Colour space</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>RGB 1.0 is</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Compression</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Handles of timeline clips</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Language, from the next start</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Output folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{project} is the folder of the timeline or clip, {clip} its name, {date} today</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>For instance: {folder}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Panel</name>
    <message>
        <source>Open</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Selected clips</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Viewer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Jobs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Backend and look</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Lift the selected clips</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Settings …</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Search jobs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Go to the clips</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Go to backend and look</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Go to the viewer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Go to the jobs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{sentence} Trying to reach it again. Jobs are kept; {remedy}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Revert</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>PresetBar</name>
    <message>
        <source>Preset</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Own settings</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save as …</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keep these settings under a name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Delete</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Delete this preset; those that come along stay</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save preset</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name of the preset:</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Presets</name>
    <message>
        <source>Natural</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Restrained</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Recover highlights</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Graphics and screen captures</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Problem</name>
    <message>
        <source>Copy report</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Help</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Details</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy all of it, without keys and without your name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open the page on errors</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Dismiss</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{sentence} ({times} times)</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>RateRow</name>
    <message>
        <source>Frame rate of the EDL</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>An EDL states no frame rate. Its frames are counted at</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ScopesView</name>
    <message>
        <source>Waveform and histogram</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Peak {peak} cd/m², average {average} cd/m²</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>SettingsDialog</name>
    <message>
        <source>Settings</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pages</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>StandaloneBrowser</name>
    <message>
        <source>Reload</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open a timeline or clips</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Timelines and clips ({suffixes})</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open a folder of clips</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The timeline has changed.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>StandaloneHost</name>
    <message>
        <source>Timeline files</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>These clips lie on no timeline, so there is nothing to place them on.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Drag the finished sequence from its folder onto your timeline.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing was left to revert.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A timeline file cannot be rendered here.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Render the clip in your editing application, and open the result.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The lift of “{name}” is not finished, so it cannot be placed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Wait for it, or retry it, then import again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The frames of “{name}” are not where they were written.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reconnect the drive, or lift the clip again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The timeline file was gone already.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“{name}” holds what is still placed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“{clip}” is not on “{timeline}” any more as it was when it was lifted.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open the timeline again and lift the clip anew.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>%n clip(s) left as they are: an earlier result is in place.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“{name}” is left out: its clip is not on the timeline any more.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“{name}” is on the timeline, but its frames are offline.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“{name}” holds these clips already; nothing was changed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The folder of the timeline cannot be written to, so “{name}” lies in {folder}. It holds %n HDR clip(s): import it into your editing application.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“{name}” was written beside the timeline with %n HDR clip(s): import it into your editing application.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Another panel is at work on this timeline.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Wait until it is done, then try again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The journal of earlier imports was damaged and has been set aside as {path}: earlier imports into this timeline cannot be reverted here.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The journal of imports cannot be kept, so nothing was changed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check that {folder} can be written to.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A file cannot be read or written: {reason}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Check that the drive is connected and has space.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no file {path}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“{name}” is neither a timeline nor a clip that Superwhite reads.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open a timeline (.otio, .fcpxml, .xml, .edl), a movie or a frame of an image sequence.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The path {path} is not valid Unicode.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rename the file or folder, or reach it by a link.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The folder {path} cannot be listed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The folder “{name}” holds no movies and no image sequences.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open the folder that the clips lie in: folders inside are left out.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A timeline is opened by itself, and {count} things were chosen.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open one timeline, or clips without a timeline.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“{name}” was changed since it was written, so it stays.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“{name}” could not be removed: {reason}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“{name}” was removed.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Strip</name>
    <message>
        <source>Timeline</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Scroll through time</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Scroll through tracks</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%n clip(s) selected.</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Verdict</name>
    <message>
        <source>MaxCLL {peak}, MaxFALL {average}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{percent} % of the pixels are brighter than reference white</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The SDR range is at most {stops} stops off in %n frame(s) read back</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>SDR range untouched: at most {stops} stops off in %n frame(s) read back</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No flicker to see: the lift changes by {stops} stops at most</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Look for flicker: the lift changes by {stops} stops between two frames</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No seams: made in one piece</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Viewer</name>
    <message>
        <source>There is nothing to see of this job yet.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose a job or a clip to look at it here.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Before or after</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Split</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Play</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Previous frame</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Next frame</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>First frame</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Last frame</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Fit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Actual size</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Zoom in</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Zoom out</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Exposure up</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Exposure down</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reset exposure</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>As exposed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tone-mapped</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>False colours</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Scopes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Move the split left</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Move the split right</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Light under the pointer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What was measured</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Looking …</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{number}   frame {frame} of {frames}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pause</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>playing {reached} of {rate}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>SDR</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>HDR</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Welcome</name>
    <message>
        <source>Welcome to Superwhite</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Where is the light to come from? You can change this at any time, or choose nothing now.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This machine</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Works at once: no key, no GPU, no download. Classical inverse tone mapping: it expands highlights, and invents no detail that was cut off.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Remote endpoint</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Enter a key …</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>GPU box</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>http://gpu-box:7878</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Address of the GPU box</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Test and add</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Start</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>LTX-2.3 on fal or Oxen: generative, paid by the megapixel. Needs a key of yours.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Superwhite on a machine with a GPU in your network.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>fal and Oxen. This version keeps your key safe and tests the way to the service; it does not send clips there yet.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Superwhite on another machine in your network. This version tests the way to it; it does not send clips there yet.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Testing …</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Window</name>
    <message>
        <source>Open …</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Welcome</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Quit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open recent</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Lift</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Jobs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Wording</name>
    <message>
        <source>{seconds} s</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{minutes} min {seconds} s</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{minutes} min</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{hours} h {minutes} min</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{hours} h</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>a second</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>about {time}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{low} to {high}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>less than $0.01</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>${amount}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{time}, {cost}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{rate} fps</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{value} cd/m²</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{value} stops</source>
        <translation type="unfinished"></translation>
    </message>
</context>
</TS>
