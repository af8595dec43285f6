<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name>Actions</name>
    <message>
        <source> or </source>
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
    <message numerus="yes">
        <source>%n frame(s)</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
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
    <message numerus="yes">
        <source>%n job(s) before it</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>{clip} of {file}</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%n frame(s), {width} × {height}, {color}</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
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
    <name>Notice</name>
    <message>
        <source>Dismiss</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Panel</name>
    <message>
        <source>Source</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Clips</source>
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
    <name>StandaloneHost</name>
    <message numerus="yes">
        <source>%n clip(s)</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
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
    <message numerus="yes">
        <source>%n clip(s) left as they are: an earlier result is in place.</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
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
    <message numerus="yes">
        <source>The folder of the timeline cannot be written to, so “{name}” lies in {folder}. It holds %n HDR clip(s): import it into your editing application.</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>“{name}” was written beside the timeline with %n HDR clip(s): import it into your editing application.</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
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
    <name>Window</name>
    <message>
        <source>Open a timeline or clips</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open …</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Quit</source>
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
